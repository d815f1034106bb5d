using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>append</c>: the rows of another search after those that are there.</summary>
public sealed record Append(Pipeline Inner, SubsearchBounds Bounds) : ICommand, IHoldsPipelines, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "append",
        "append [maxout=<count>] [maxtime=<seconds>] [timeout=<seconds>] [extendtimerange=<bool>] [<search>]",
        "Adds the rows of another search.",
        "stats count BY verb | append [search verb=delete | stats count BY verb]",
        Parse)
    { TakesSubsearch = true, Options = ["maxout", "maxtime", "timeout", "extendtimerange"], Differences = [SubsearchBounds.Difference] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output;

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => OutputColumns.Of(Inner) is { } added ? input?.Union(added) : null;

    public Operator Bind(BindContext context) => new AppendOperator(context, Bounds);

    public override string ToString() => $"append{Bounds} [{Inner}]";

    private static Append Parse(CommandReader reader)
    {
        var bounds = SubsearchBounds.Read(reader, Spec);
        var inner = reader.ReadSubsearch();
        reader.ExpectEnd("append");
        return new Append(inner, bounds) { Span = reader.Span };
    }
}

internal sealed class AppendOperator(BindContext context, SubsearchBounds bounds) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var added = Subsearch.Rows(context.Inner[0], context.Search, bounds, "append", out var columns);
        return new RowStream(input.Columns.Union(columns), input.Rows.Concat(added));
    }
}
