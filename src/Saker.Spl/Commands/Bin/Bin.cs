using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>bin</c> with a span: the start of the bucket that a time falls in, or the range (<c>10-20</c>) of a number. Values that are no
/// numbers stay as they are.
/// </summary>
public sealed record Bin(string Field, string? As, BinOptions Options) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "bin",
        "bin [span=<span>|<number>|<n>log<base>] [bins=<count>] [minspan=<span>] [start=<number>] [end=<number>] [aligntime=earliest|latest|<time>] <field> [AS <field>]",
        "Puts times and numbers into bins.",
        "bin span=1h _time | stats count by _time",
        Parse)
    { Aliases = ["bucket", "discretize"], Options = BinOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public string Target => As ?? Field;

    public FieldNeed Needs(FieldNeed output) => output.Without(Target).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([Target]);

    public Operator Bind(BindContext context) => new BinOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Target, [Field]);
        return null;
    }

    public override string ToString() => Print(Options, Field, As);

    internal static string Print(BinOptions options, string field, string? alias) => $"bin{options} {Quote.Field(field)}{(alias is null ? "" : $" AS {Quote.Field(alias)}")}";

    private static ICommand Parse(CommandReader reader)
    {
        var options = new BinOptions();
        string? field = null, alias = null;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                options = options.With(name, value);
            }
            else if (field is not null && reader.TryKeyword("as"))
            {
                alias = reader.ReadName("the new field's name");
            }
            else
            {
                reader.RefuseUnknownOption("bin", Spec.Options);
                field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "bin takes one field");
            }
        }

        if (field is null)
        {
            throw reader.Error("SPL0101", "expected a field to put into bins", "write bin span=1h _time");
        }

        // Only a span alone lets each row be binned without the others.
        return options.Span is { } span && (options.AlignTime is null || span.Time is null)
            ? new Bin(field, alias, options) { Span = reader.Span }
            : new BinOfAll(field, alias, options) { Span = reader.Span };
    }
}

internal sealed class BinOperator(Bin command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var binning = new Binning(command.Options.Span!.Value, command.Field, context);
        var (from, to) = (context.Fields.Slot(command.Field), context.Fields.Slot(command.Target));
        return new RowStream(input.Columns.With(command.Target), input.Rows.Select(row =>
        {
            row[to] = binning.Of(row[from]);
            return row;
        }));
    }
}
