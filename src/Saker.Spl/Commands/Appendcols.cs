using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>appendcols</c>: the columns of another search's rows beside those that are there: first to first, second to second.</summary>
public sealed record Appendcols(Pipeline Inner, bool Override, SubsearchBounds Bounds) : ICommand, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "appendcols",
        "appendcols [override=<bool>] [maxout=<count>] [maxtime=<seconds>] [timeout=<seconds>] [<search>]",
        "Adds the columns of another search, row by row.",
        "stats count AS all | appendcols [search verb=delete | stats count AS deletes]",
        Parse)
    { TakesSubsearch = true, Options = ["override", "maxout", "maxtime", "timeout"], Differences = [SubsearchBounds.Difference] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output;

    public FieldNeed Needs(FieldNeed output) => output;

    public Operator Bind(BindContext context) => new AppendcolsOperator(this, context);

    public override string ToString() =>
        "appendcols" + (Override ? " override=true" : "") + $"{Bounds} [{Inner}]";

    private static Appendcols Parse(CommandReader reader)
    {
        var (overrides, bounds) = (false, SubsearchBounds.Default);
        while (reader.TryOption(Spec.Options, out var name, out var value))
        {
            if (name == "override")
            {
                overrides = value.AsBoolean();
            }
            else
            {
                bounds = bounds.With(name, value);
            }
        }

        reader.RefuseUnknownOption("appendcols", Spec.Options);
        var inner = reader.ReadSubsearch();
        reader.ExpectEnd("appendcols");
        return new Appendcols(inner, overrides, bounds) { Span = reader.Span };
    }
}

internal sealed class AppendcolsOperator(Appendcols command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var added = Subsearch.Rows(context.Inner[0], context.Search, command.Bounds, "appendcols", out var columns);
        return new RowStream(input.Columns.Union(columns), Zip(input.Rows, added));
    }

    private IEnumerable<Row> Zip(IEnumerable<Row> rows, IEnumerable<Row> added)
    {
        using var more = added.GetEnumerator();
        foreach (var row in rows)
        {
            if (more.MoveNext())
            {
                Merge(row, more.Current);
            }

            yield return row;
        }

        while (more.MoveNext())
        {
            yield return more.Current;
        }
    }

    private void Merge(Row row, Row added)
    {
        var width = added.Width;
        for (var slot = 0; slot < width; slot++)
        {
            if (!added[slot].IsNull && (command.Override || row[slot].IsNull))
            {
                row[slot] = added[slot];
            }
        }

        row.Evidence = row.Evidence.Union(added.Evidence);
    }
}
