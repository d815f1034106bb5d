using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Stores;

namespace Saker.EndToEnd.Stores;

/// <summary>Events to store, and what a search then finds.</summary>
internal static class SomeEvents
{
    public const long Day = 86_400_000_000_000;

    /// <summary>2026-03-14T12:00:00Z.</summary>
    public const long Noon = 1_773_489_600_000_000_000;

    public static ReceivedEvent Plain(string text, long time = Noon, EventKind kind = EventKind.Log, long indexTime = Noon) => Of(Encoding.UTF8.GetBytes(text), time, kind, indexTime);

    public static ReceivedEvent Of(byte[] raw, long time = Noon, EventKind kind = EventKind.Log, long indexTime = Noon) =>
        new(new Event { Raw = raw, TimeNanoseconds = time, IndexTimeNanoseconds = indexTime, Sourcetype = "test" }, kind);

    public static List<Event> Find(IEventSource source, string search, TimeRange? range = null)
    {
        var request = SearchPlanner.Plan(PipelineParser.Parse($"search {search}")).Request!;
        return [.. source.Read(request, range ?? TimeRange.All, CancellationToken.None)];
    }

    public static string[] Texts(IEventSource source, string search) => [.. Find(source, search).Select(e => Encoding.UTF8.GetString(e.Raw.Span)).Order(StringComparer.Ordinal)];
}
