using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Stores.ClickHouse;

/// <summary>
/// Writes events as rows of a table: what every event has, then the promoted columns as the search language reads them, then the text. One instance
/// a thread.
/// </summary>
internal sealed class EventColumns
{
    private const int LongestPromoted = 1024;
    private const int MostArrayValues = 32;

    private readonly bool isMetric;
    private readonly IReadOnlyList<StoreColumn> promoted;
    private readonly FieldExtractor extractor;
    private readonly int[] slots;
    private readonly Row row = new(16);

    public EventColumns(bool isMetric)
    {
        this.isMetric = isMetric;
        promoted = isMetric ? StoreColumn.OfMetrics : StoreColumn.OfEvents;
        var fields = new FieldTable();
        extractor = new FieldExtractor(FieldNeed.Of(promoted.Select(c => c.Field)), fields);
        slots = [.. promoted.Select(c => fields.Slot(c.Field))];
    }

    private string Table => isMetric ? "metrics" : "events";

    /// <summary>The statement before the rows.</summary>
    public string InsertSql =>
        $"INSERT INTO {Table} (_time, _indextime, index, sourcetype, source, host, cluster, kind, is_view, is_exact, {string.Join(", ", promoted.Select(c => c.Name))}, raw, extra, event_id, batch, row) FORMAT RowBinary";

    /// <summary>Writes a row.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="received">What came in.</param>
    /// <param name="batch">What it came in with.</param>
    /// <param name="number">The event's place in its batch: with the batch it names the row for good.</param>
    public void Write(RowBinaryWriter writer, in ReceivedEvent received, ulong batch, int number)
    {
        var e = received.Event;
        row.Clear();
        extractor.Extract(e, row);
        writer.Int64(e.TimeNanoseconds);
        writer.Int64(e.IndexTimeNanoseconds);
        writer.Text(e.Index);
        writer.Text(e.Sourcetype);
        writer.Text(e.Source);
        writer.Text(e.Host);
        writer.Text(e.Cluster);
        writer.Text(received.Kind.ToString());
        writer.Byte(received.IsView ? (byte)1 : (byte)0);
        writer.Byte(IsExact(e) ? (byte)1 : (byte)0);
        for (var i = 0; i < promoted.Count; i++)
        {
            if (promoted[i].Kind == ColumnKind.PromotedArray)
            {
                WriteArray(writer, row[slots[i]]);
            }
            else
            {
                WriteSingle(writer, row[slots[i]].First);
            }
        }

        writer.Text(e.Raw.Span);
        writer.Text(e.Extra.Span);
        writer.UInt128(received.Identity ?? UInt128.Zero);
        writer.UInt64(batch);
        writer.Int32((uint)number);
    }

    /// <summary>Whether the columns say all there is: one value a field, short, and of letters whose case SQL knows.</summary>
    private bool IsExact(Event e)
    {
        if (!(Ascii.IsValid(e.Index) && Ascii.IsValid(e.Sourcetype) && Ascii.IsValid(e.Source) && Ascii.IsValid(e.Host) && Ascii.IsValid(e.Cluster)))
        {
            return false;
        }

        for (var i = 0; i < promoted.Count; i++)
        {
            var value = row[slots[i]];
            if (value.Count > (promoted[i].Kind == ColumnKind.PromotedArray ? MostArrayValues : 1))
            {
                return false;
            }

            foreach (var single in value.Values)
            {
                if (!IsPlain(single))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsPlain(Value value) => value.IsUtf8
        ? value.Utf8.Length <= LongestPromoted && Ascii.IsValid(value.Utf8)
        : value.Text is var text && text.Length <= LongestPromoted && Ascii.IsValid(text);

    private static void WriteArray(RowBinaryWriter writer, Value value)
    {
        var values = value.Values[..Math.Min(value.Count, MostArrayValues)];
        writer.Length(values.Length);
        foreach (var single in values)
        {
            WriteSingle(writer, single);
        }
    }

    private static void WriteSingle(RowBinaryWriter writer, Value value)
    {
        if (value.IsUtf8)
        {
            writer.Text(value.Utf8.Length <= LongestPromoted ? value.Utf8 : []);
        }
        else
        {
            writer.Text(value.Text is var text && text.Length <= LongestPromoted ? text : "");
        }
    }
}
