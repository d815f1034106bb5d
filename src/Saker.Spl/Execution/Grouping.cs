using Saker.Spl.Aggregates;
using Saker.Spl.Commands;

namespace Saker.Spl.Execution;

/// <summary>Aggregates rows by fields: the engine of stats and its relatives.</summary>
internal sealed class Grouping : IDisposable
{
    // Groups past this go to disk in a sorted run: more memory would make runs fewer, not the result faster.
    private const long MostHeldBytes = 16 << 20;

    private readonly AggregateSet aggregates;
    private readonly int[] by;
    private readonly SearchContext context;
    private readonly string command;
    private readonly Dictionary<GroupKey, Group> groups = [];
    private readonly SortedRuns<GroupKey, Group> runs;
    private readonly RecentKeys<Group> recent = new();
    private readonly KeyWriter writer = new();
    private readonly Value[] keys;
    private long held;

    public Grouping(IReadOnlyList<AggregateCall> calls, IReadOnlyList<string> by, SearchContext context, string command, bool allNumeric = false)
    {
        (this.context, this.command) = (context, command);
        this.by = [.. by.Select(context.Fields.Slot)];
        keys = new Value[by.Count];
        aggregates = new AggregateSet(calls, context, allNumeric);
        runs = new SortedRuns<GroupKey, Group>(context.TemporaryDirectory, WriteGroup, ReadGroup, Combine, context.TakeDisk);
    }

    /// <summary>Whether there is a row even without input: aggregates without BY.</summary>
    public bool AlwaysOneRow { get; init; }

    /// <summary>Whether a value that a multivalue by-field has several times counts once.</summary>
    public bool DistinctSplits { get; init; }

    public IEnumerable<Row> Run(IEnumerable<Row> rows)
    {
        using var runs = this.runs;
        foreach (var row in rows)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            AddCombinations(row, 0);
            SpillIfLarge();
        }

        if (AlwaysOneRow && groups.Count == 0 && runs.Count == 0)
        {
            groups[new GroupKey([])] = NewGroup();
        }

        foreach (var (key, group) in runs.Merge(groups.OrderBy(g => g.Key)))
        {
            yield return ToRow(key, group);
            GiveBack(group);
        }

        Forget();
    }

    /// <summary>Takes a group that was aggregated elsewhere, of rows that come after all that were taken so far.</summary>
    public void Take(GroupKey key, Accumulator[] accumulators, long bytes)
    {
        var grown = bytes;
        if (groups.TryGetValue(key, out var group))
        {
            // What both hold alike counts twice until it goes to disk: never too little.
            group.Merge(new Group(accumulators) { Bytes = bytes });
        }
        else
        {
            groups[key] = new Group(accumulators) { Bytes = bytes };
            grown += key.Size + 96 + (72 * aggregates.Count);
        }

        held += grown;
        context.Memory.Take(grown, command);
        SpillIfLarge();
    }

    public void Dispose() => runs.Dispose();

    private void SpillIfLarge()
    {
        if (held > MostHeldBytes || (context.Memory.IsTight && held > context.Memory.Bytes / 4))
        {
            runs.Add(groups.OrderBy(g => g.Key));
            Forget();
            MemoryPressure.Relieve();
        }
    }

    private void Forget()
    {
        context.Memory.Give(held);
        held = 0;
        groups.Clear();
        recent.Clear();
    }

    /// <summary>Goes through every combination of the values of multivalue by-fields; a missing one ends it.</summary>
    private void AddCombinations(Row row, int index)
    {
        if (index == by.Length)
        {
            AddTo(row);
            return;
        }

        var value = row[by[index]];
        if (!value.IsMulti)
        {
            if (!value.IsNull)
            {
                keys[index] = value;
                AddCombinations(row, index + 1);
            }

            return;
        }

        var values = value.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (!DistinctSplits || !values[..i].Contains(values[i]))
            {
                keys[index] = values[i];
                AddCombinations(row, index + 1);
            }
        }
    }

    private void AddTo(Row row)
    {
        var group = Find(out var grown);
        var added = aggregates.Add(group.Accumulators, row);
        group.Bytes += added;
        grown += added;
        var named = group.Evidence.Total < Evidence.Kept ? 16 : 0;
        group.Evidence.Add(row.Evidence);
        held += grown + named;
        context.Memory.Take(grown + named, command);
    }

    /// <summary>The group of the keys, a new one where there is none; and by how much that has grown what is held.</summary>
    private Group Find(out long grown)
    {
        if (!recent.IsWorthwhile)
        {
            return FindByValue(out grown);
        }

        grown = 0;
        var bytes = writer.Write(keys);
        if (recent.Find(bytes) is { } known)
        {
            return known;
        }

        var group = FindByValue(out grown);
        recent.Add(bytes, group);
        return group;
    }

    private Group FindByValue(out long grown)
    {
        grown = 0;
        var key = new GroupKey(Array.ConvertAll(keys, k => k.Detached));
        if (!groups.TryGetValue(key, out var group))
        {
            groups[key] = group = NewGroup();
            grown = key.Size + 96 + (72 * aggregates.Count);
        }

        return group;
    }

    private Group NewGroup() => new(aggregates.Create());

    private Row ToRow(GroupKey key, Group group)
    {
        var row = new Row(Math.Max(by.DefaultIfEmpty(0).Max(), aggregates.Outputs.DefaultIfEmpty(0).Max()) + 1) { Evidence = group.Evidence.Build() };
        for (var i = 0; i < by.Length; i++)
        {
            row[by[i]] = key.Values[i];
        }

        aggregates.Write(group.Accumulators, row);
        return row;
    }

    private void WriteGroup(BinaryWriter writer, GroupKey key, Group group)
    {
        ValueCodec.WriteAll(writer, key.Values);
        writer.Write7BitEncodedInt64(group.Bytes);
        foreach (var accumulator in group.Accumulators)
        {
            accumulator.Save(writer);
        }

        GiveBack(group);

        var evidence = group.Evidence.Build();
        writer.Write(evidence.Total);
        writer.Write7BitEncodedInt(evidence.Named.Length);
        foreach (var ordinal in evidence.Named)
        {
            writer.Write7BitEncodedInt64(ordinal);
        }
    }

    private (GroupKey Key, Group Group) ReadGroup(BinaryReader reader)
    {
        var key = new GroupKey([.. ValueCodec.ReadAll(reader)]);
        var group = NewGroup();
        group.Bytes = group.Taken = reader.Read7BitEncodedInt64();
        context.Memory.Take(group.Taken, command);
        foreach (var accumulator in group.Accumulators)
        {
            accumulator.Load(reader);
        }

        var total = reader.ReadInt64();
        var ordinals = new long[reader.Read7BitEncodedInt()];
        for (var i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = reader.Read7BitEncodedInt64();
        }

        group.Evidence.Add(total == 0 ? default : new Evidence(total, ordinals));
        return (key, group);
    }

    /// <summary>One group of two runs. What was read counts until it is given on: a single group may hold millions of values.</summary>
    private Group Combine(Group first, Group later)
    {
        first.Taken += later.Taken;
        return first.Merge(later);
    }

    private void GiveBack(Group group)
    {
        context.Memory.Give(group.Taken);
        group.Taken = 0;
    }

    private sealed class Group(Accumulator[] accumulators)
    {
        public EvidenceBuilder Evidence;

        /// <summary>About how much the accumulators hold.</summary>
        public long Bytes;

        /// <summary>How much of the budget the group has taken by being read from disk.</summary>
        public long Taken;

        public Accumulator[] Accumulators { get; } = accumulators;

        public Group Merge(Group later)
        {
            for (var i = 0; i < Accumulators.Length; i++)
            {
                Accumulators[i].Merge(later.Accumulators[i]);
            }

            Evidence.Add(later.Evidence.Build());
            Bytes += later.Bytes;
            return this;
        }
    }
}
