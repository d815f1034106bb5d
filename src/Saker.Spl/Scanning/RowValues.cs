using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Scanning;

/// <summary>What happens where a value meets one that the row already has.</summary>
internal enum Meeting
{
    /// <summary>Both stay: a duplicate key counts with all its values.</summary>
    Append,

    /// <summary>Both stay, unless they are the same.</summary>
    AppendNew,

    /// <summary>The new one takes the place: what was mapped at ingest is surer than a guess from text.</summary>
    Replace,
}

/// <summary>Puts the values found in one JSON text into a row. They point into the text unless they hold escapes.</summary>
internal struct RowValues(ReadOnlyMemory<byte> memory, Row row, Meeting meeting) : IFieldSink
{
    private readonly ArraySegment<byte> array = MemoryMarshal.TryGetArray(memory, out var segment) ? segment : default;
    private readonly HashSet<int>? replaced = meeting == Meeting.Replace ? [] : null;
    private Dictionary<int, List<Value>>? several;

    public void Take(int slot, int start, int length, bool escaped) =>
        Add(slot, escaped ? Value.Of(JsonText.Unescape(memory.Span.Slice(start, length)))
            : array.Array is { } bytes ? Value.OfUtf8(bytes, array.Offset + start, length)
            : Slice(memory, start, length));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int slot, Value value)
    {
        var present = row[slot];
        if (present.IsNull || (replaced is not null && replaced.Add(slot)))
        {
            row[slot] = value;
            return;
        }

        several ??= [];
        if (!several.TryGetValue(slot, out var values))
        {
            several[slot] = values = [.. present.Values];
        }

        if (meeting == Meeting.Append || !values.Contains(value))
        {
            values.Add(value);
        }
    }

    /// <summary>Puts fields with several values together, once all are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Finish()
    {
        if (several is null)
        {
            return;
        }

        foreach (var (slot, values) in several)
        {
            row[slot] = Value.OfMany([.. values]);
        }
    }

    public static Value Slice(ReadOnlyMemory<byte> memory, int offset, int length) =>
        MemoryMarshal.TryGetArray(memory, out var array)
            ? Value.OfUtf8(array.Array!, array.Offset + offset, length)
            : Value.Of(Encoding.UTF8.GetString(memory.Span.Slice(offset, length)));
}
