using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>appendpipe</c>: what a pipeline makes of the rows that are there, after those rows.</summary>
public sealed record Appendpipe(Pipeline Inner) : ICommand, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "appendpipe",
        "appendpipe [run_in_preview=<bool>] [<pipeline>]",
        "Adds what a pipeline makes of the rows.",
        "stats count BY verb | appendpipe [stats sum(count) AS count | eval verb=\"all\"]",
        Parse)
    { TakesSubsearch = true, Options = ["run_in_preview"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public bool FeedsPipelines => true;

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output;

    public FieldNeed Needs(FieldNeed output) => output.Union(SearchPlanner.InputNeed(Inner, output));

    public Operator Bind(BindContext context) => new AppendpipeOperator(context);

    public override string ToString() => $"appendpipe [{Inner}]";

    private static Appendpipe Parse(CommandReader reader)
    {
        while (reader.TryOption(Spec.Options, out _, out var value))
        {
            value.AsBoolean();
        }

        reader.RefuseUnknownOption("appendpipe", Spec.Options);
        var inner = reader.ReadSubsearch();
        reader.ExpectEnd("appendpipe");
        if (inner.Commands.FirstOrDefault(c => c is IGenerates { MustBeFirst: true }) is { } generating)
        {
            throw reader.Fail("SPL0162", $"{generating.Spec.Name} takes no rows, so it cannot stand in appendpipe", generating.Span, "use append");
        }

        return new Appendpipe(inner) { Span = reader.Span };
    }
}

internal sealed class AppendpipeOperator(BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var held = HeldRows.Hold(input.Rows, context.Search, "appendpipe");
        // The pipeline's own copies come after the rows: it must not see what later commands make of these.
        var copies = held.ConvertAll(row => row.Clone());
        var result = context.Inner[0].Run(context.Search, new RowStream(input.Columns, copies));
        return new RowStream(input.Columns.Union(result.Columns), HeldRows.Release(held, context.Search).Concat(result.Rows));
    }
}
