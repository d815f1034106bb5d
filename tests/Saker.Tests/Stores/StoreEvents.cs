using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Tests.Stores;

/// <summary>Events and batches for tests of what keeps them.</summary>
internal static class StoreEvents
{
    public static ReceivedEvent Line(string text) =>
        new(new Event { Raw = Encoding.UTF8.GetBytes(text), Sourcetype = "text", TimeNanoseconds = 1_700_000_000_000_000_000, IndexTimeNanoseconds = 1 }, EventKind.Log);

    public static ReceivedEvent Audit(string id) =>
        new(new Event { Raw = Encoding.UTF8.GetBytes($"{{\"auditID\":\"{id}\",\"verb\":\"get\"}}"), Sourcetype = "_json", Cluster = "prod" }, EventKind.Audit);

    public static ReceivedBatch Batch(string source, params ReceivedEvent[] events) => new(source, events, [], 0, false);

    public static RejectedItem Rejected(string text, string reason = "not valid JSON") => new(new RecordPlace("request", 3, default), reason, Encoding.UTF8.GetBytes(text));

    public static string TextOf(ReceivedEvent e) => Encoding.UTF8.GetString(e.Event.Raw.Span);

    /// <summary>All that stands in a journal from where it is stored up to, in order.</summary>
    public static List<string> TextsOf(Journal journal, int most = int.MaxValue)
    {
        var texts = new List<string>();
        for (var position = journal.Checkpoint.Done; journal.Read(position, 0, most, 1 << 20) is { } batch; position = batch.To)
        {
            using (batch)
            {
                texts.AddRange(batch.Events.Select(TextOf));
            }
        }

        return texts;
    }
}
