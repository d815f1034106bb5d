using Saker.Spl.Aggregates;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>streamstats</c>: aggregates of the rows so far, in the order they come: all of them, the last <c>window</c>, or those within
/// <c>time_window</c> of the row. With <c>global</c> (the default) one window holds the rows of all groups.
/// </summary>
public sealed record Streamstats(IReadOnlyList<AggregateCall> Calls, IReadOnlyList<string> By) : ICommand, IHasColumns, IHasExpressions
{
    private const int LargestWindow = 10_000;

    public static CommandSpec Spec { get; } = new(
        "streamstats",
        "streamstats [reset_on_change=<bool>] [reset_before=(<eval>)] [reset_after=(<eval>)] [current=<bool>] [window=<count>] [time_window=<span>] [global=<bool>] [allnum=<bool>] <aggregate>… [BY <field>…]",
        "Adds running aggregates to rows.",
        "sort 0 _time | streamstats current=false window=1 last(_time) AS before BY user.username",
        Parse)
    { Options = ["reset_on_change", "reset_before", "reset_after", "current", "window", "time_window", "global", "allnum"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool ResetOnChange { get; init; }

    public EvalExpression? ResetBefore { get; init; }

    public EvalExpression? ResetAfter { get; init; }

    public bool Current { get; init; } = true;

    public int Window { get; init; }

    public TimeSpanText? TimeWindow { get; init; }

    public bool Global { get; init; } = true;

    public bool AllNumeric { get; init; }

    public IEnumerable<EvalExpression> Expressions => AggregateCall.ExpressionsOf(Calls).Concat(new[] { ResetBefore, ResetAfter }.OfType<EvalExpression>());

    public FieldNeed Needs(FieldNeed output)
    {
        var read = (ResetBefore?.FieldsRead() ?? []).Concat(ResetAfter?.FieldsRead() ?? []);
        return AggregateCall.Needs(Calls, By, output).With(TimeWindow is null ? read : read.Append(EventFields.Time));
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Calls.Any(c => c.IsWildcard) ? null : input?.Union(Calls.Select(c => c.Column));

    public Operator Bind(BindContext context) => new StreamstatsOperator(this, context.Search);

    public override string ToString() =>
        "streamstats" + (ResetOnChange ? " reset_on_change=true" : "") + (ResetBefore is null ? "" : $" reset_before=({ResetBefore})") + (ResetAfter is null ? "" : $" reset_after=({ResetAfter})")
        + (Current ? "" : " current=false") + (Window == 0 ? "" : $" window={Window}") + (TimeWindow is { } span ? $" time_window={span}" : "") + (Global ? "" : " global=false")
        + (AllNumeric ? " allnum=true" : "") + " " + AggregateCall.Print(Calls, By);

    private static Streamstats Parse(CommandReader reader)
    {
        var command = new Streamstats([], []);
        var (calls, by) = AggregateCall.ReadWithBy(reader, "streamstats", () =>
        {
            if (TryCondition(reader, "reset_before", out var condition))
            {
                command = command with { ResetBefore = condition };
            }
            else if (TryCondition(reader, "reset_after", out condition))
            {
                command = command with { ResetAfter = condition };
            }
            else if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                command = command.With(name, value);
            }
            else
            {
                reader.RefuseUnknownOption("streamstats", Spec.Options);
                return false;
            }

            return true;
        });
        return command with { Calls = calls, By = by, Span = reader.Span };
    }

    private Streamstats With(string name, OptionValue value) => name switch
    {
        "reset_on_change" => this with { ResetOnChange = value.AsBoolean() },
        "current" => this with { Current = value.AsBoolean() },
        "global" => this with { Global = value.AsBoolean() },
        "allnum" => this with { AllNumeric = value.AsBoolean() },
        "window" => this with { Window = value.AsInteger() is var window and <= LargestWindow ? window : throw value.Fail($"a window holds at most {LargestWindow} rows") },
        "time_window" => this with { TimeWindow = value.AsSpan() },
        _ => throw value.Fail("expected a condition in parentheses"),
    };

    /// <summary>A condition <c>(x &gt; 1)</c>, or in quotes <c>"(x &gt; 1)"</c>.</summary>
    private static bool TryCondition(CommandReader reader, string option, out EvalExpression? condition)
    {
        condition = null;
        if (!reader.TryKeyword(option))
        {
            return false;
        }

        reader.Expect('=', $"= after {option}");
        condition = reader.Peek() == '"' && InQuotes(reader) is { } quoted ? quoted : InParentheses(reader);
        return true;
    }

    private static EvalExpression InParentheses(CommandReader reader)
    {
        var isQuoted = reader.TryTake('"');
        reader.Expect('(', "a condition in parentheses");
        var condition = EvalParser.Parse(reader);
        reader.Expect(')', "a closing parenthesis");
        if (isQuoted)
        {
            reader.Expect('"', "a closing quote");
        }

        return condition;
    }

    /// <summary>An expression as a text, <c>"a==\"x\""</c> or <c>"("a==\"x\"")"</c>; null, with the reader where it was, if the quotes hold none.</summary>
    private static EvalExpression? InQuotes(CommandReader reader)
    {
        var start = reader.Position;
        var close = reader.Text.IndexOf("\")\"", start, reader.End - start, StringComparison.Ordinal);
        string text;
        if (reader.Text.AsSpan(start).StartsWith("\"(\"") && close > start + 2)
        {
            text = reader.Text[(start + 3)..close].Replace("\\\"", "\"", StringComparison.Ordinal);
            reader.Seek(close + 3);
        }
        else
        {
            text = reader.ReadQuoted('"');
        }

        try
        {
            return EvalParser.Parse(reader.Source.Piece(text, SourceSpan.Between(start, reader.Position)));
        }
        catch (SplException)
        {
            reader.Seek(start);
            return null;
        }
    }
}

internal sealed class StreamstatsOperator(Streamstats command, SearchContext context) : Operator
{
    private readonly Dictionary<GroupKey, Accumulator[]> running = [];
    private readonly Dictionary<GroupKey, LinkedList<Entry>> windows = [];
    private readonly GroupKey everything = new([]);

    private sealed record Entry(GroupKey Group, Row Row, double Time, int Size);

    public override RowStream Run(RowStream input)
    {
        var calls = command.Calls;
        var rows = input.Rows;
        if (calls.Any(c => c.IsWildcard))
        {
            var held = rows.Hold(context, "streamstats");
            (calls, rows) = (AggregateCall.Expand(calls, held, command.By, context.Fields), held);
        }

        return new RowStream(input.Columns.With(calls.Select(c => c.Column)), Stream(rows, new AggregateSet(calls, context, command.AllNumeric)));
    }

    private IEnumerable<Row> Stream(IEnumerable<Row> rows, AggregateSet aggregates)
    {
        var by = command.By.Select(context.Fields.Slot).ToArray();
        var time = context.Fields.Slot(EventFields.Time);
        var compiler = new EvalCompiler(context);
        var before = command.ResetBefore is null ? null : compiler.Compile(command.ResetBefore);
        var after = command.ResetAfter is null ? null : compiler.Compile(command.ResetAfter);
        GroupKey? last = null;
        foreach (var row in rows)
        {
            var keys = ByKeys.Of(row, by);
            if (keys.Count == 0)
            {
                yield return row;
                continue;
            }

            if ((before is not null && EvalCompiler.IsTrue(before(row))) || (command.ResetOnChange && last is not null && !last.Equals(keys[0])))
            {
                Reset();
            }

            last = keys[0];
            var results = keys.Select(k => command.Window > 0 || command.TimeWindow is not null ? OfWindow(k, row, time, aggregates) : OfAll(k, row, aggregates)).ToList();
            for (var i = 0; i < aggregates.Count; i++)
            {
                row[aggregates.Outputs[i]] = results.Count == 1 ? results[0][i] : Value.OfMany([.. results.SelectMany(r => r[i].Values.ToArray())]);
            }

            if (after is not null && EvalCompiler.IsTrue(after(row)))
            {
                Reset();
            }

            yield return row;
        }
    }

    private void Reset()
    {
        running.Clear();
        context.Memory.Give(windows.Values.Sum(w => w.Sum(e => (long)e.Size)));
        windows.Clear();
    }

    private Value[] OfAll(GroupKey key, Row row, AggregateSet aggregates)
    {
        if (!running.TryGetValue(key, out var state))
        {
            running[key] = state = aggregates.Create();
            context.Memory.Take(key.Size + 48 + (72 * aggregates.Count), "streamstats");
        }

        var results = command.Current ? null : Array.ConvertAll(state, a => a.Result);
        context.Memory.Take(aggregates.Add(state, row), "streamstats");
        return results ?? Array.ConvertAll(state, a => a.Result);
    }

    private Value[] OfWindow(GroupKey key, Row row, int time, AggregateSet aggregates)
    {
        var place = command.Global ? everything : key;
        if (!windows.TryGetValue(place, out var window))
        {
            windows[place] = window = new LinkedList<Entry>();
        }

        var when = row[time].TryGetNumber(out var seconds) ? seconds : 0;
        var snapshot = aggregates.Snapshot(row);
        var entry = new Entry(key, snapshot, when, RowSize.Of(snapshot) + 64);
        if (command.Current)
        {
            Append(window, entry);
        }

        DropOld(window, when);
        var state = aggregates.Create();
        foreach (var member in window)
        {
            if (member.Group.Equals(key))
            {
                aggregates.Add(state, member.Row);
            }
        }

        if (!command.Current)
        {
            Append(window, entry);
        }

        return Array.ConvertAll(state, a => a.Result);
    }

    private void Append(LinkedList<Entry> window, Entry entry)
    {
        window.AddLast(entry);
        context.Memory.Take(entry.Size, "streamstats");
    }

    private void DropOld(LinkedList<Entry> window, double now)
    {
        // Without the current row the window is of the rows before it: one more than it may hold was added last.
        while (window.First is { } oldest
            && ((command.Window > 0 && window.Count > command.Window) || (command.TimeWindow is { } span && Math.Abs(now - oldest.Value.Time) >= span.Seconds)))
        {
            context.Memory.Give(oldest.Value.Size);
            window.RemoveFirst();
        }
    }
}
