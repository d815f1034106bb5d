using Saker.Spl.Aggregates;
using Saker.Spl.Commands;
using Saker.Spl.Functions;

namespace Saker.Spl.Execution;

/// <summary>Aggregates rows by fields: the engine of stats and its relatives.</summary>
internal sealed class Grouping
{
    // Groups past this go to disk in a sorted run: more memory would make runs fewer, not the result faster.
    private const long MostHeldBytes = 16 << 20;

    private readonly IReadOnlyList<AggregateCall> calls;
    private readonly int[] by;
    private readonly SearchContext context;
    private readonly string command;
    private readonly (int Slot, Evaluator? Expression)[] arguments;
    private readonly int[] outputs;
    private readonly int time;
    private readonly Dictionary<GroupKey, Group> groups = [];
    private long held;

    public Grouping(IReadOnlyList<AggregateCall> calls, IReadOnlyList<string> by, SearchContext context, string command)
    {
        (this.calls, this.context, this.command) = (calls, context, command);
        this.by = [.. by.Select(context.Fields.Slot)];
        var compiler = new EvalCompiler(context);
        arguments = [.. calls.Select(c => (c.Field is null ? -1 : context.Fields.Slot(c.Field), c.Expression is null ? null : compiler.Compile(c.Expression)))];
        outputs = [.. calls.Select(c => context.Fields.Slot(c.Column))];
        time = context.Fields.Slot(EventFields.Time);
    }

    /// <summary>Whether a group in which some value is no number gives no number for it (<c>allnum</c>).</summary>
    public bool AllNumeric { get; init; }

    /// <summary>Whether there is a row even without input: aggregates without BY.</summary>
    public bool AlwaysOneRow { get; init; }

    public IEnumerable<Row> Run(IEnumerable<Row> rows)
    {
        using var runs = new SortedRuns<GroupKey, Group>(context.TemporaryDirectory, WriteGroup, ReadGroup, (a, b) => a.Merge(b), context.TakeDisk);
        foreach (var row in rows)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Add(row);
            if (held > MostHeldBytes || (context.Memory.IsTight && held > context.Memory.Bytes / 4))
            {
                runs.Add(groups.OrderBy(g => g.Key));
                Forget();
                MemoryPressure.Relieve();
            }
        }

        if (AlwaysOneRow && groups.Count == 0 && runs.Count == 0)
        {
            groups[new GroupKey([])] = NewGroup();
        }

        foreach (var (key, group) in runs.Merge(groups.OrderBy(g => g.Key)))
        {
            yield return ToRow(key, group);
        }

        Forget();
    }

    private void Forget()
    {
        context.Memory.Give(held);
        held = 0;
        groups.Clear();
    }

    private void Add(Row row)
    {
        var keys = new Value[by.Length];
        AddCombinations(row, keys, 0);
    }

    /// <summary>Goes through every combination of the values of multivalue by-fields; a missing one ends it.</summary>
    private void AddCombinations(Row row, Value[] keys, int index)
    {
        if (index == by.Length)
        {
            AddTo(row, keys);
            return;
        }

        var value = row[by[index]];
        if (!value.IsMulti)
        {
            if (!value.IsNull)
            {
                keys[index] = value;
                AddCombinations(row, keys, index + 1);
            }

            return;
        }

        var values = value.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[..i].Contains(values[i]))
            {
                keys[index] = values[i];
                AddCombinations(row, keys, index + 1);
            }
        }
    }

    private void AddTo(Row row, Value[] keys)
    {
        var key = new GroupKey(Array.ConvertAll(keys, k => k.Detached));
        long grown = 0;
        if (!groups.TryGetValue(key, out var group))
        {
            groups[key] = group = NewGroup();
            grown = key.Size + 96 + (72 * calls.Count);
        }

        var when = row[time].TryGetNumber(out var seconds) ? seconds : 0;
        for (var i = 0; i < arguments.Length; i++)
        {
            grown += AddArgument(group.Accumulators[i], i, row, when);
        }

        var named = group.Evidence.Total < Evidence.Kept ? 16 : 0;
        group.Evidence.Add(row.Evidence);
        held += grown + named;
        context.Memory.Take(grown + named, command);
    }

    private int AddArgument(Accumulator accumulator, int index, Row row, double when)
    {
        var (slot, expression) = arguments[index];
        if (slot < 0 && expression is null)
        {
            return accumulator.Add(Value.True, when);
        }

        var value = expression is null ? row[slot] : expression(row);
        if (value.IsNull || (value.Kind == ValueKind.Boolean && expression is not null && !value.Truth))
        {
            return 0;
        }

        if (!value.IsMulti)
        {
            return accumulator.Add(value, when);
        }

        var grown = 0;
        foreach (var single in value.Values)
        {
            grown += accumulator.Add(single, when);
        }

        return grown;
    }

    private Group NewGroup() => new([.. calls.Select(c => AllNumeric ? AllNumbers.Guard(c.Aggregate, c.Percent) : c.Aggregate.Create(c.Percent))]);

    private Row ToRow(GroupKey key, Group group)
    {
        var row = new Row(Math.Max(by.DefaultIfEmpty(0).Max(), outputs.DefaultIfEmpty(0).Max()) + 1) { Evidence = group.Evidence.Build() };
        for (var i = 0; i < by.Length; i++)
        {
            row[by[i]] = key.Values[i];
        }

        for (var i = 0; i < outputs.Length; i++)
        {
            row[outputs[i]] = group.Accumulators[i].Result;
        }

        return row;
    }

    private static void WriteGroup(BinaryWriter writer, GroupKey key, Group group)
    {
        ValueCodec.WriteAll(writer, key.Values);
        foreach (var accumulator in group.Accumulators)
        {
            accumulator.Save(writer);
        }

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

    private sealed class Group(Accumulator[] accumulators)
    {
        public EvidenceBuilder Evidence;

        public Accumulator[] Accumulators { get; } = accumulators;

        public Group Merge(Group later)
        {
            for (var i = 0; i < Accumulators.Length; i++)
            {
                Accumulators[i].Merge(later.Accumulators[i]);
            }

            Evidence.Add(later.Evidence.Build());
            return this;
        }
    }
}
