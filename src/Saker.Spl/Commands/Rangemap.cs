using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>rangemap</c>: the names of the ranges that a number falls in, in the field <c>range</c>; both bounds belong to a range.</summary>
public sealed record Rangemap(string Field, IReadOnlyList<NamedRange> Ranges, string Default) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public const string Target = "range";

    public static CommandSpec Spec { get; } = new(
        "rangemap", "rangemap field=<field> [<name>=<from>-<to>]… [default=<text>]", "Names the range that a number falls in.", "rangemap field=count low=1-10 high=11-1000000 default=none", Parse)
    {
        Options = ["field", "default"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.Without(Target).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([Target]);

    public Operator Bind(BindContext context) => new RangemapOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Target, [Field]);
        return null;
    }

    public override string ToString() => $"rangemap field={Quote.Field(Field)}{string.Concat(Ranges.Select(r => $" {r}"))}{(Default == "None" ? "" : $" default={Quote.SearchValue(Default)}")}";

    private static Rangemap Parse(CommandReader reader)
    {
        string? field = null;
        var otherwise = "None";
        var ranges = new List<NamedRange>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                (field, otherwise) = option == "field" ? (value.Text, otherwise) : (field, value.Text);
                continue;
            }

            var start = reader.Position;
            var name = reader.ReadName("a range such as low=1-10");
            reader.Expect('=', $"= and a range after {name}");
            var text = reader.ReadValue();
            ranges.Add(NamedRange.TryParse(name, text, out var range) ? range : throw reader.Fail("SPL0102", "expected a range such as 1-10", SourceSpan.Between(start, reader.Position)));
        }

        return field is null ? throw reader.Error("SPL0101", "rangemap needs field=") : new Rangemap(field, ranges, otherwise) { Span = reader.Span };
    }
}

/// <summary><c>low=1-10</c>.</summary>
public sealed partial record NamedRange(string Name, double From, double To)
{
    public static bool TryParse(string name, string text, out NamedRange range)
    {
        var match = Form().Match(text);
        range = match.Success ? new NamedRange(name, Number(match.Groups[1]), Number(match.Groups[2])) : new NamedRange(name, 0, 0);
        return match.Success;
    }

    public override string ToString() => $"{Quote.Field(Name)}={Value.FormatNumber(From)}-{Value.FormatNumber(To)}";

    private static double Number(System.Text.RegularExpressions.Group group) => double.Parse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture);

    [System.Text.RegularExpressions.GeneratedRegex(@"^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$")]
    private static partial System.Text.RegularExpressions.Regex Form();
}

internal sealed class RangemapOperator(Rangemap command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var (from, to) = (context.Fields.Slot(command.Field), context.Fields.Slot(Rangemap.Target));
        return new RowStream(input.Columns.With(Rangemap.Target), input.Rows.Select(row =>
        {
            var names = row[from].TryGetNumber(out var number) ? command.Ranges.Where(r => number >= r.From && number <= r.To).Select(r => Value.Of(r.Name)).ToList() : [];
            row[to] = names.Count > 0 ? Value.OfMany(names) : Value.Of(command.Default);
            return row;
        }));
    }
}
