using System.Runtime.InteropServices;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Spl.Scanning;

/// <summary>
/// Reads the fields that a search wants from an event into the slots of a row: from JSON bytes, from key=value text, from the
/// extra fields, and those that every event has. This is the scalar twin that every faster extractor must agree with.
/// </summary>
public sealed partial class FieldExtractor
{
    private const int MostFieldsPerSearch = 100_000;
    private const int DeepestPath = 500;

    private readonly FieldTable fields;
    private readonly PathTrie wanted = new();
    private readonly bool wantsAll;
    private readonly bool wantsContent;
    private readonly int time = -1, indexTime = -1, raw = -1, index = -1, source = -1, sourcetype = -1, host = -1, cluster = -1;

    public FieldExtractor(FieldNeed need, FieldTable fields)
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
                    wantsContent = true;
                    break;
            }
        }

        wantsContent |= wantsAll;
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

    private void SetCommon(Event e, Row row)
    {
        if (time >= 0)
        {
            row[time] = Value.Of(e.TimeNanoseconds / 1_000 / 1e6);
        }

        if (raw >= 0)
        {
            row[raw] = Slice(e.Raw, 0, e.Raw.Length);
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

    private static Value Slice(ReadOnlyMemory<byte> memory, int offset, int length) =>
        MemoryMarshal.TryGetArray(memory, out var array)
            ? Value.OfUtf8(array.Array!, array.Offset + offset, length)
            : Value.Of(Encoding.UTF8.GetString(memory.Span.Slice(offset, length)));

    private void ExtractJson(ReadOnlyMemory<byte> json, Row row, Meeting meeting)
    {
        if (json.IsEmpty)
        {
            return;
        }

        var start = JsonSkip.WhiteSpace(json.Span, 0);
        if (start < json.Length && json.Span[start] == (byte)'{')
        {
            var walk = new Walk(this, json, row, meeting);
            if (wantsAll)
            {
                walk.AllOfObject(start, "", 0);
            }
            else
            {
                walk.Object(start, wanted, isRoot: true);
            }

            walk.Finish();
        }
    }

    /// <summary>What happens where a value meets one that the row already has.</summary>
    private enum Meeting
    {
        /// <summary>Both stay: a duplicate key counts with all its values.</summary>
        Append,

        /// <summary>Both stay, unless they are the same.</summary>
        AppendNew,

        /// <summary>The new one takes the place: what was mapped at ingest is surer than a guess from text.</summary>
        Replace,
    }
}
