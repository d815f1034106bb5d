using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Risk;

/// <summary>Reads from audit events which request they are a stage of, and the addresses it came from. One instance a thread.</summary>
internal sealed class RequestIdentity
{
    private static readonly string[] Names = ["auditID", "requestReceivedTimestamp", "user.username", "requestURI", "sourceIPs{}"];

    private readonly FieldExtractor extractor;
    private readonly int[] slots;
    private readonly Row row = new(Names.Length);

    public RequestIdentity()
    {
        var fields = new FieldTable();
        extractor = new FieldExtractor(FieldNeed.Of(Names), fields);
        slots = [.. Names.Select(fields.Slot)];
    }

    /// <summary>The request as text, and its source addresses in order; null for what is no audit event with an audit ID.</summary>
    public (string Request, string[] Addresses)? Read(Event e)
    {
        if (!Extract(e))
        {
            return null;
        }

        var request = string.Join('\n', slots.Take(4).Select(s => OnOneLine(row[s].Text)));
        return (request, Array.ConvertAll(row[slots[4]].Values.ToArray(), v => v.Text));
    }

    /// <summary>The address that a request came from, without those that it claims to have passed; null as for <see cref="Read"/>, or where none is told.</summary>
    public string? PeerOf(Event e) => Extract(e) && row[slots[4]].Values is [.., var peer] ? peer.Text : null;

    private bool Extract(Event e)
    {
        if (e.IsMetric || !e.IsJson || e.Sourcetype != "_json")
        {
            return false;
        }

        row.Clear();
        extractor.Extract(e, row);
        return !row[slots[0]].IsNull;
    }

    /// <summary>Text whose line breaks are written out, so that values joined by line breaks cannot run into each other.</summary>
    public static string OnOneLine(string text) =>
        text.AsSpan().IndexOfAny('\n', '\\') < 0 ? text : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
