using System.IO.Enumeration;
using System.Net;
using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk.Exceptions;

/// <summary>Exceptions, ready to be held against risk events. Values are compared in their own case, as Kubernetes' names are; those that ignore come before those that hide.</summary>
internal sealed class ExceptionSet
{
    private readonly List<Compiled> all;

    public ExceptionSet(IEnumerable<RiskException> exceptions) =>
        all = [.. exceptions.OrderByDescending(x => x.Action).ThenBy(x => x.Id, StringComparer.Ordinal).Select(x => new Compiled(x))];

    public static ExceptionSet None { get; } = new([]);

    /// <summary>Whether any may be of a detection: most have none, and cost nothing.</summary>
    public bool MayCover(Detection detection) => all.Exists(x => detection.IsNamed(x.Exception.Detection));

    /// <summary>The exception that covers a risk event; null if none does.</summary>
    public RiskException? Find(ExceptionSubject subject) => all.FirstOrDefault(x => x.Covers(subject))?.Exception;

    private sealed class Compiled
    {
        private readonly List<(string Field, List<Func<string, bool>> Patterns)> fields;
        private readonly long starts;
        private readonly long expires;

        public Compiled(RiskException exception)
        {
            Exception = exception;
            fields = [.. exception.Fields.Select(f => (f.Key, f.Value.Select(Pattern).ToList()))];
            starts = exception.Starts is { } from ? TimeRange.Nanoseconds(from) : long.MinValue;
            expires = exception.Expires is { } to ? TimeRange.Nanoseconds(to) : long.MaxValue;
        }

        public RiskException Exception { get; }

        public bool Covers(ExceptionSubject s) =>
            s.TimeNanoseconds >= starts && s.TimeNanoseconds < expires
            && (Glob.Matches(Exception.Detection, s.DetectionName) || Glob.Matches(Exception.Detection, s.DetectionStem) || Glob.Matches(Exception.Detection, s.DetectionId))
            && fields.TrueForAll(f => s.ValuesOf(f.Field) is { Count: > 0 } values && values.All(v => f.Patterns.Exists(p => p(v)) && !s.Claimed.Contains(v)))
            && (Exception.Clusters.Count == 0 || s.Clusters.All(c => Exception.Clusters.Any(p => FileSystemName.MatchesSimpleExpression(p, c, ignoreCase: false) && c.Length > 0)));

        private static Func<string, bool> Pattern(string text) => RiskException.LooksLikeNetwork(text) && IPNetwork.TryParse(text, out var network)
            ? value => IPAddress.TryParse(value, out var address) && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            : value => FileSystemName.MatchesSimpleExpression(text, value, ignoreCase: false);
    }
}
