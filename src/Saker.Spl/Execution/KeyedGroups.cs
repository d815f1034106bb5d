using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Spl.Aggregates;
using Saker.Spl.Commands;

namespace Saker.Spl.Execution;

/// <summary>
/// Groups rows as <see cref="Grouping"/> does, a stretch of rows at a time: keys are looked up by the bytes of their values, so that a row of a group
/// that is known costs no text. One thread's.
/// </summary>
internal sealed class KeyedGroups(IReadOnlyList<AggregateCall> calls, IReadOnlyList<string> by, SearchContext context)
{
    /// <summary>Keys remembered from stretch to stretch.</summary>
    private const int MostKeys = 1 << 14;

    private const int LatelyKept = 1 << 9;

    private readonly AggregateSet aggregates = new(calls, context);
    private readonly int[] slots = [.. by.Select(context.Fields.Slot)];
    private readonly Value[] values = new Value[by.Count];
    private readonly Dictionary<byte[], Entry> known = new(KeyBytes.Comparer);

    /// <summary>The groups met last, by a few bytes of their keys: most rows are of one of them.</summary>
    private readonly Entry?[] lately = new Entry?[LatelyKept];
    private readonly KeyWriter writer = new();
    private readonly List<Entry> touched = [];

    /// <summary>Whether a value that a multivalue by-field has several times counts once.</summary>
    public bool DistinctSplits { get; init; }

    public void Add(Row row) => AddCombinations(row, 0);

    /// <summary>The groups of the rows since the last call, in the order in which they came.</summary>
    public GroupStates Take()
    {
        var states = new GroupStates([.. touched.Select(e => (e.Key, e.States!, e.Bytes))]);
        foreach (var entry in touched)
        {
            (entry.States, entry.Bytes) = (null, 0);
        }

        touched.Clear();
        if (known.Count > MostKeys)
        {
            known.Clear();
            Array.Clear(lately);
        }

        return states;
    }

    /// <summary>Goes through every combination of the values of multivalue by-fields; a missing one ends it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddCombinations(Row row, int index)
    {
        if (index == slots.Length)
        {
            AddTo(row);
            return;
        }

        var value = row[slots[index]];
        if (value.IsNull)
        {
            return;
        }

        if (!value.IsMulti)
        {
            values[index] = value;
            AddCombinations(row, index + 1);
            return;
        }

        var several = value.Values;
        for (var i = 0; i < several.Length; i++)
        {
            if (!DistinctSplits || !several[..i].Contains(several[i]))
            {
                values[index] = several[i];
                AddCombinations(row, index + 1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTo(Row row)
    {
        ref var last = ref lately[Place()];
        if (last is null || !KeyWriter.IsOf(values, last.Written))
        {
            last = Find();
        }

        var entry = last;
        if (entry.States is null)
        {
            entry.States = aggregates.Create();
            touched.Add(entry);
        }

        entry.Bytes += aggregates.Add(entry.States, row);
    }

    private Entry Find()
    {
        var key = writer.Write(values);
        if (!known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var entry))
        {
            var written = key.ToArray();
            entry = new Entry(new GroupKey(Array.ConvertAll(values, v => v.Detached)), written);
            known.Add(written, entry);
        }

        return entry;
    }

    /// <summary>Where the group of the values would be among the last ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Place()
    {
        var hash = 0UL;
        foreach (ref readonly var value in values.AsSpan())
        {
            hash = (hash ^ (value.IsUtf8 ? Few(value.Utf8) : 0)) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> 32) & (LatelyKept - 1);
    }

    private static ulong Few(ReadOnlySpan<byte> text) => text.Length switch
    {
        >= sizeof(ulong) => (MemoryMarshal.Read<ulong>(text) * 31) + MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..]) + (ulong)text.Length,
        >= sizeof(uint) => ((ulong)MemoryMarshal.Read<uint>(text) << 32) + MemoryMarshal.Read<uint>(text[^sizeof(uint)..]) + (ulong)text.Length,
        > 0 => ((ulong)text[0] << 16) + ((ulong)text[text.Length / 2] << 8) + text[^1],
        _ => 0,
    };

    private sealed class Entry(GroupKey key, byte[] written)
    {
        /// <summary>The key as <see cref="KeyWriter"/> writes it.</summary>
        public byte[] Written => written;

        public GroupKey Key { get; } = key;

        public Accumulator[]? States { get; set; }

        public long Bytes { get; set; }
    }
}

/// <summary>The groups of a stretch of rows, to be taken by the search in the order of the stretches.</summary>
public sealed class GroupStates
{
    internal GroupStates(IReadOnlyList<(GroupKey Key, Accumulator[] States, long Bytes)> groups) => Groups = groups;

    internal IReadOnlyList<(GroupKey Key, Accumulator[] States, long Bytes)> Groups { get; }
}
