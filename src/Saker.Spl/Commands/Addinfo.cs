using System.Globalization;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>addinfo</c>: the search's time range and time in every row. A range without a bound is <c>0.000</c> and <c>+Infinity</c>.</summary>
public sealed record Addinfo : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static readonly IReadOnlyList<string> Added = ["info_min_time", "info_max_time", "info_search_time", "info_sid"];

    public static CommandSpec Spec { get; } = new("addinfo", "addinfo", "Adds the search's time range to every row.", "addinfo | where _time >= info_max_time - 600", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.Without(Added);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Added);

    public Operator Bind(BindContext context) => new AddinfoOperator(context.Search);

    public string? WhyNot(GrowthState state)
    {
        foreach (var added in Added)
        {
            state.Assign(added, []);
        }

        return null;
    }

    public override string ToString() => "addinfo";

    private static Addinfo Parse(CommandReader reader)
    {
        reader.ExpectEnd("addinfo");
        return new Addinfo { Span = reader.Span };
    }
}

internal sealed class AddinfoOperator(SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var now = Text(TimeRange.Nanoseconds(context.Now));
        Value[] values =
        [
            Value.Of(context.Range.Earliest <= 0 ? "0.000" : Text(context.Range.Earliest)),
            Value.Of(context.Range.Latest == long.MaxValue ? "+Infinity" : Text(context.Range.Latest)),
            Value.Of(now),
            Value.Of($"saker_{now}"),
        ];
        var slots = Addinfo.Added.Select(context.Fields.Slot).ToArray();
        return new RowStream(input.Columns.With(Addinfo.Added), input.Rows.Select(row =>
        {
            for (var i = 0; i < slots.Length; i++)
            {
                row[slots[i]] = values[i];
            }

            return row;
        }));
    }

    private static string Text(long nanoseconds) => (nanoseconds / 1_000_000_000m).ToString("0.000", CultureInfo.InvariantCulture);
}
