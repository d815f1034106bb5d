using System.Buffers;
using System.Net;
using System.Text.Json.Serialization;

namespace Saker.Content;

/// <summary>What becomes of a risk event that an exception covers.</summary>
internal enum ExceptionAction
{
    /// <summary>Its risk counts, and it stands in the risk index; it makes no finding and nobody is told.</summary>
    Hide,

    /// <summary>There is none.</summary>
    Ignore,
}

/// <summary>
/// An exception (no error): what a detection is right to see and nobody needs to hear of. All fields must match, and the cluster; of a field's patterns, one. A field of several values matches if each of them does.
/// </summary>
internal sealed record RiskException
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    /// <summary>A UUID; of content its <c>id</c>, else its name.</summary>
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>A detection's name, id or file stem, with * and ?.</summary>
    public required string Detection { get; init; }

    /// <summary>Fields of a detection's rows, <c>risk_object</c> or <c>threat_object</c>; patterns with * and ?, and networks: <c>10.0.0.0/8</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>With * and ?; empty for any. All events behind the risk event must be of one of them.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    public ExceptionAction Action { get; init; }

    public string Reason { get; init; } = "";

    public string Author { get; init; } = "";

    /// <summary>The finding that it was made for; empty for none.</summary>
    public string Finding { get; init; } = "";

    /// <summary>What happened before is not covered; null for always. So nothing that was told is withdrawn by an exception that came later.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>What happens from then on is not covered; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Grows with each change: who changes it says which one was read.</summary>
    [JsonIgnore]
    public long Version { get; init; } = 1;

    /// <summary>Why it cannot be kept; null if it can.</summary>
    public string? Mistake() =>
        Detection.Trim().Length == 0 ? "`detection` is missing: a name, an id or a file stem, with * and ?"
        : Fields.Count == 0 && Clusters.Count == 0 ? "it needs a field or a cluster: to silence a detection altogether, disable it"
        : Fields.FirstOrDefault(f => f.Value.Count == 0) is { Key: { } empty } ? $"`fields.{empty}` has no value"
        : Fields.FirstOrDefault(f => f.Value.Any(v => v.Length == 0)) is { Key: { } blank } ? $"`fields.{blank}` has an empty value"
        : Fields.All(f => f.Value.Contains("*")) && Fields.Count > 0 && Clusters.All(c => c == "*") ? "every field is `*`: to silence a detection altogether, disable it"
        : Fields.SelectMany(f => f.Value.Select(v => (f.Key, Value: v))).FirstOrDefault(f => LooksLikeNetwork(f.Value) && !IPNetwork.TryParse(f.Value, out _)) is { Key: { } field } wrong ? $"`fields.{field}`: `{wrong.Value}` is no network, as 10.0.0.0/8 is one"
        : Reason.Trim().Length == 0 ? "`reason` is missing: who reads it later must know why"
        : Starts is { } from && Expires is { } to && to <= from ? "it expires before it starts"
        : null;

    /// <summary>Digits, dots and colons before a slash and a number: a path has letters beyond f, or begins with the slash.</summary>
    internal static bool LooksLikeNetwork(string pattern)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && pattern.AsSpan(0, slash).IndexOfAnyExcept(AddressCharacters) < 0 && pattern.AsSpan(0, slash).IndexOfAny('.', ':') >= 0
            && pattern.Length > slash + 1 && pattern.AsSpan(slash + 1).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
