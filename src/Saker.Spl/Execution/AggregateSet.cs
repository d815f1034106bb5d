using System.Runtime.CompilerServices;
using Saker.Spl.Aggregates;
using Saker.Spl.Commands;
using Saker.Spl.Functions;

namespace Saker.Spl.Execution;

/// <summary>
/// The aggregates of one command: reads their arguments from rows, and writes their results to rows. Whoever groups (stats, eventstats,
/// streamstats, chart) keeps an array of accumulators a group.
/// </summary>
internal sealed class AggregateSet
{
    private readonly IReadOnlyList<AggregateCall> calls;
    private readonly (int Slot, Evaluator? Expression)[] arguments;
    private readonly Func<Accumulator>[] factories;
    private readonly int time;

    // allNumeric: a number is computed only where every value is one.
    public AggregateSet(IReadOnlyList<AggregateCall> calls, SearchContext context, bool allNumeric = false)
    {
        this.calls = calls;
        var compiler = new EvalCompiler(context);
        arguments = [.. calls.Select(c => (c.Field is null ? -1 : context.Fields.Slot(c.Field), c.Expression is null ? null : compiler.Compile(c.Expression)))];
        Outputs = [.. calls.Select(c => context.Fields.Slot(c.Column))];
        Inputs = [.. calls.SelectMany(c => c.FieldsRead).Append(EventFields.Time).Distinct().Select(context.Fields.Slot)];
        time = context.Fields.Slot(EventFields.Time);
        factories = [.. calls.Select(c => Factory(c, context, allNumeric))];
    }

    public int Count => calls.Count;

    /// <summary>The slots of the results.</summary>
    public int[] Outputs { get; }

    /// <summary>The slots that <see cref="Add"/> reads.</summary>
    public int[] Inputs { get; }

    public Accumulator[] Create() => Array.ConvertAll(factories, f => f());

    /// <summary>Takes a row; returns by how many bytes the state grew, about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(Accumulator[] state, Row row)
    {
        var when = row[time].TryGetNumber(out var seconds) ? seconds : 0;
        var grown = 0;
        for (var i = 0; i < arguments.Length; i++)
        {
            grown += AddArgument(state[i], arguments[i], row, when);
        }

        return grown;
    }

    public void Write(Accumulator[] state, Row row)
    {
        for (var i = 0; i < state.Length; i++)
        {
            row[Outputs[i]] = state[i].Result;
        }
    }

    /// <summary>A small copy of a row that holds what <see cref="Add"/> reads: rows that were passed on belong to others.</summary>
    public Row Snapshot(Row row)
    {
        var copy = new Row(Inputs.Max() + 1);
        foreach (var slot in Inputs)
        {
            copy[slot] = row[slot].Detached;
        }

        return copy;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AddArgument(Accumulator accumulator, (int Slot, Evaluator? Expression) argument, Row row, double when)
    {
        if (argument.Slot < 0 && argument.Expression is null)
        {
            return accumulator.Add(Value.True, when);
        }

        var value = argument.Expression is null ? row[argument.Slot] : argument.Expression(row);
        if (value.IsNull || (value.Kind == ValueKind.Boolean && argument.Expression is not null && !value.Truth))
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

    private static Func<Accumulator> Factory(AggregateCall call, SearchContext context, bool allNumeric)
    {
        Func<Accumulator> create = () => call.Aggregate.Create(call.Percent);
        if (call.Sparkline is { } form)
        {
            var axis = new SparklineAxis(form.Span, context);
            return () => new Sparkline(axis, create);
        }

        return allNumeric && call.Aggregate.IsNumeric ? () => new OnlyNumbers(create()) : create;
    }
}
