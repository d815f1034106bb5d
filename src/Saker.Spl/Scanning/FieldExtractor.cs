using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Spl.Scanning;

/// <summary>
/// Reads the fields that a search wants from an event into the slots of a row: from JSON bytes, from key=value text, from the
/// extra fields, and those that every event has. Many events are read with vectors, where the machine has them; the scalar twin reads
/// the first ones, and those that are not sound JSON. Holds scratch: one a thread.
/// </summary>
public sealed partial class FieldExtractor
{
    private const int MostFieldsPerSearch = 100_000;
    private const int DeepestPath = 500;
    private const int FewEvents = 1024;

    private readonly FieldTable fields;
    private readonly PathTrie wanted = new();
    private readonly bool wantsAll;
    private readonly bool wantsContent;
    private readonly int time = -1, indexTime = -1, raw = -1, index = -1, source = -1, sourcetype = -1, host = -1, cluster = -1;

    private readonly List<int> slots = [];
    private readonly (KeyTable Keys, StructuralIndex Index)? vectors;
    private readonly bool waits;

    /// <summary>How many events of this process are left to the twin. Threads may count past each other: either reads any event.</summary>
    private static int left = FewEvents;

    public FieldExtractor(FieldNeed need, FieldTable fields)
        : this(need, fields, KernelTable.Best) => waits = !KernelTable.IsForced;

    /// <summary>As the other, with a kernel to read with from the first event on (a scalar one stands for the twin alone).</summary>
    internal FieldExtractor(FieldNeed need, FieldTable fields, ScanKernel kernel)
    {
        this.fields = fields;
        wantsAll = need.IsAll;
        foreach (var name in need.IsAll ? EventFields.All : need.Names)
        {
            var slot = fields.Slot(name);
            switch (name)
            {
                case EventFields.Time: time = slot; break;
                case EventFields.IndexTime: indexTime = slot; break;
                case EventFields.Raw: raw = slot; break;
                case EventFields.Index: index = slot; break;
                case EventFields.Source: source = slot; break;
                case EventFields.Sourcetype: sourcetype = slot; break;
                case EventFields.Host: host = slot; break;
                case EventFields.Cluster: cluster = slot; break;
                default:
                    wanted.Add(name, slot);
                    slots.Add(slot);
                    wantsContent = true;
                    break;
            }
        }

        wantsContent |= wantsAll;
        if (!wantsAll && wantsContent && kernel.IsVector && KeyTable.Of(wanted) is { } keys)
        {
            vectors = (keys, new StructuralIndex(kernel));
        }
    }

    /// <summary>Fills a cleared row. Values point into the event's buffers.</summary>
    public void Extract(Event e, Row row)
    {
        if (wantsContent)
        {
            if (e.IsJson)
            {
                ExtractJson(e.Raw, row, Meeting.Append);
                ExtractJson(e.Extra, row, Meeting.AppendNew);
            }
            else
            {
                KeyValueText.Extract(e.Raw, row, wantsAll ? null : wanted, fields);
                ExtractJson(e.Extra, row, Meeting.Replace);
            }
        }

        SetCommon(e, row);
    }

    /// <summary><c>_time</c>: seconds since 1970, to the microsecond.</summary>
    internal static Value TimeValue(long nanoseconds) => Value.Of(nanoseconds / 1_000 / 1e6);

    private void SetCommon(Event e, Row row)
    {
        if (time >= 0)
        {
            row[time] = TimeValue(e.TimeNanoseconds);
        }

        if (raw >= 0)
        {
            row[raw] = RowValues.Slice(e.Raw, 0, e.Raw.Length);
        }

        if (index >= 0)
        {
            row[index] = Value.Of(e.Index);
        }

        if (source >= 0)
        {
            row[source] = OrNull(e.Source);
        }

        if (sourcetype >= 0)
        {
            row[sourcetype] = OrNull(e.Sourcetype);
        }

        if (host >= 0 && e.Host.Length > 0)
        {
            row[host] = Value.Of(e.Host);
        }

        if (cluster >= 0 && e.Cluster.Length > 0)
        {
            row[cluster] = Value.Of(e.Cluster);
        }

        if (indexTime >= 0)
        {
            row[indexTime] = Value.Of(Math.Floor(e.IndexTimeNanoseconds / 1e9));
        }
    }

    private static Value OrNull(string text) => text.Length == 0 ? Value.Null : Value.Of(text);

    private void ExtractJson(ReadOnlyMemory<byte> json, Row row, Meeting meeting)
    {
        if (json.IsEmpty)
        {
            return;
        }

        var start = JsonSkip.WhiteSpace(json.Span, 0);
        if (start < json.Length && json.Span[start] == (byte)'{')
        {
            var values = new RowValues(json, row, meeting);
            if (wantsAll || meeting != Meeting.Append || !TryVectors(json, start, row, ref values))
            {
                var walk = new Walk(this, json, ref values);
                _ = wantsAll ? walk.AllOfObject(start, "", 0) : walk.Object(start, wanted, isRoot: true);
            }

            values.Finish();
        }
    }

    /// <summary>Reads the event with vectors; false, and nothing in the row, where the twin must read it.</summary>
    private bool TryVectors(ReadOnlyMemory<byte> json, int start, Row row, ref RowValues values)
    {
        if (vectors is null)
        {
            return false;
        }

        if (waits && left > 0)
        {
            // Few events are read sooner than the vector code is compiled.
            left--;
            return false;
        }

        var (keys, index) = vectors.Value;
        if (new FieldWalk<RowValues>(json.Span, index, ref values).Root(start, keys) >= 0)
        {
            return true;
        }

        foreach (var slot in slots)
        {
            row[slot] = Value.Null;
        }

        values = new RowValues(json, row, Meeting.Append);
        return false;
    }
}
