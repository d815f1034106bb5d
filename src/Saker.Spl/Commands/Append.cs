using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>append</c>: the rows of another search after those that are there.</summary>
public sealed record Append(Pipeline Inner, int MaxOut) : ICommand, IHoldsPipelines, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "append",
        "append [maxout=<count>] [maxtime=<seconds>] [timeout=<seconds>] [extendtimerange=<bool>] [<search>]",
        "Adds the rows of another search.",
        "stats count BY verb | append [search verb=delete | stats count BY verb]",
        Parse)
    { TakesSubsearch = true, Options = ["maxout", "maxtime", "timeout", "extendtimerange"], Differences = ["`maxtime` and `timeout` are read and not enforced: a search has a bound of its own."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output;

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => OutputColumns.Of(Inner) is { } added ? input?.Union(added) : null;

    public Operator Bind(BindContext context) => new AppendOperator(context, MaxOut);

    public override string ToString() => "append" + (MaxOut == SubsearchOptions.DefaultMaxOut ? "" : $" maxout={MaxOut}") + $" [{Inner}]";

    private static Append Parse(CommandReader reader)
    {
        var options = SubsearchOptions.Read(reader, Spec);
        var inner = reader.ReadSubsearch();
        reader.ExpectEnd("append");
        return new Append(inner, options.MaxOut) { Span = reader.Span };
    }
}

/// <summary>The bounds that append and its relatives take. Times are read and not enforced: a search has a bound of its own.</summary>
internal readonly record struct SubsearchOptions(int MaxOut)
{
    public const int DefaultMaxOut = 50_000;

    public static SubsearchOptions Read(CommandReader reader, CommandSpec spec)
    {
        var most = DefaultMaxOut;
        while (reader.TryOption(spec.Options, out var name, out var value))
        {
            switch (name)
            {
                case "maxout": most = value.AsInteger(); break;
                case "extendtimerange": value.AsBoolean(); break;
                default: value.AsInteger(); break;
            }
        }

        reader.RefuseUnknownOption(spec.Name, spec.Options);
        return new SubsearchOptions(most == 0 ? int.MaxValue : most);
    }
}

internal sealed class AppendOperator(BindContext context, int most) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var added = Subsearch.Rows(context.Inner[0], context.Search, most, "append", out var columns);
        return new RowStream(input.Columns.Union(columns), input.Rows.Concat(added));
    }
}
