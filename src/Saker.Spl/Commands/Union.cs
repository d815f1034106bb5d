using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>union</c>: the rows of several searches and data sets. Events come newest first; other rows one search after the other.</summary>
public sealed record Union(IReadOnlyList<Pipeline> Inner, SubsearchBounds Bounds) : ICommand, IGenerates, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "union",
        "union [maxout=<count>] [maxtime=<seconds>] [timeout=<seconds>] [<search>]|datamodel:<model>.<dataset>|lookup:<name>…",
        "Joins the rows of several searches.",
        "| union [search verb=create] [search verb=delete]",
        Parse)
    { TakesSubsearch = true, Options = ["maxout", "maxtime", "timeout"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => false;

    public IEnumerable<Pipeline> Pipelines => Inner;

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output.With(EventFields.Time);

    public FieldNeed Needs(FieldNeed output) => output.With(EventFields.Time);

    public Operator Bind(BindContext context) => new UnionOperator(context, Bounds, "union");

    public override string ToString() =>
        $"union{Bounds} " + string.Join(' ', Inner.Select(p => $"[{p}]"));

    private static Union Parse(CommandReader reader)
    {
        var bounds = SubsearchBounds.Read(reader, Spec);
        var inner = new List<Pipeline>();
        while (!reader.AtEnd)
        {
            inner.Add(reader.Peek() == '[' ? reader.ReadSubsearch() : new Pipeline([From.ReadDataset(reader)]));
            reader.TryTake(',');
        }

        return inner.Count > 0 ? new Union(inner, bounds) { Span = reader.Span } : throw reader.Error("SPL0101", "expected a search in [ ] or a data set such as lookup:name");
    }
}

/// <summary><c>multisearch</c>: the events of several searches at once, newest first. The searches may only read, filter and compute.</summary>
public sealed record Multisearch(IReadOnlyList<Pipeline> Inner) : ICommand, IGenerates, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "multisearch", "multisearch [<search>] [<search>]…", "Reads the events of several searches.", "| multisearch [search verb=create | eval kind=\"new\"] [search verb=delete]", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public IEnumerable<Pipeline> Pipelines => Inner;

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output.With(EventFields.Time);

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public Operator Bind(BindContext context) => new UnionOperator(context, new SubsearchBounds(0), "multisearch");

    public override string ToString() => "multisearch " + string.Join(' ', Inner.Select(p => $"[{p}]"));

    private static Multisearch Parse(CommandReader reader)
    {
        var inner = new List<Pipeline>();
        while (!reader.AtEnd)
        {
            var pipeline = reader.ReadSubsearch();
            if (pipeline.Commands.FirstOrDefault(c => c is not IRowWise) is { } command)
            {
                throw reader.Fail("SPL0163", $"{command.Spec.Name} needs all rows, so it cannot stand in multisearch", command.Span, "use union or append");
            }

            inner.Add(pipeline);
        }

        return inner.Count > 1 ? new Multisearch(inner) { Span = reader.Span } : throw reader.Error("SPL0101", "multisearch needs at least two searches in [ ]");
    }
}

internal sealed class UnionOperator(BindContext context, SubsearchBounds bounds, string command) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = input.Columns;
        var rows = input.Rows;
        foreach (var plan in context.Inner)
        {
            rows = rows.Concat(Subsearch.Rows(plan, context.Search, bounds, command, out var added));
            columns = columns.Union(added);
        }

        return new RowStream(columns, context.Inner.All(p => p.Steps.All(s => s.Command is IRowWise)) ? NewestFirst(rows) : rows);
    }

    private IEnumerable<Row> NewestFirst(IEnumerable<Row> rows)
    {
        var time = context.Slot(EventFields.Time);
        var sorted = HeldRows.Hold(rows, context.Search, command).OrderByDescending(row => row[time].TryGetNumber(out var seconds) ? seconds : double.NegativeInfinity);
        return HeldRows.Release(sorted.ToList(), context.Search);
    }
}
