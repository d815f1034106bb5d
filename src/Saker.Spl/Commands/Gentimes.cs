using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>gentimes</c>: a row for each stretch of time between two dates, with its start and end.</summary>
public sealed record Gentimes(TimeModifier Start, TimeModifier? End, TimeSpanText Increment) : ICommand, IGenerates, IHasColumns
{
    private const int MostRows = 100_000;

    private static readonly TimeSpanText Day = new(1, "d");

    public static readonly IReadOnlyList<string> ColumnNames = ["starttime", "endtime", "starthuman", "endhuman"];

    public static CommandSpec Spec { get; } = new(
        "gentimes", "gentimes start=<date>|-<days> [end=<date>|-<days>] [increment=<span>]", "Makes a row of each stretch of time between two dates.", "| gentimes start=10/01/2025 end=10/05/2025 increment=1d", Parse)
    {
        Options = ["start", "end", "increment"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => ColumnNames;

    public Operator Bind(BindContext context) => new GentimesOperator(this, context.Search, MostRows);

    public override string ToString() => $"gentimes start={Quote.SearchValue(Start.Text)}{(End is null ? "" : $" end={Quote.SearchValue(End.Text)}")}{(Increment == Day ? "" : $" increment={Increment}")}";

    private static Gentimes Parse(CommandReader reader)
    {
        TimeModifier? start = null, end = null;
        var increment = Day;
        while (reader.TryOption(Spec.Options, out var option, out var value))
        {
            switch (option)
            {
                case "start": start = Date(value); break;
                case "end": end = Date(value); break;
                default: increment = value.AsSpan(); break;
            }
        }

        reader.RefuseUnknownOption("gentimes", Spec.Options);
        reader.ExpectEnd("gentimes");
        return start is null ? throw reader.Error("SPL0101", "gentimes needs start=", "write gentimes start=10/01/2025 end=10/05/2025") : new Gentimes(start, end, increment) { Span = reader.Span };
    }

    /// <summary>A date, or a number of days ago, at midnight.</summary>
    private static TimeModifier Date(OptionValue value) =>
        int.TryParse(value.Text, out var days) && TimeModifier.TryParse($"{(days > 0 ? "+" : "")}{days}d@d", out var ago) ? ago : value.AsTime();
}

internal sealed class GentimesOperator(Gentimes command, SearchContext context, int mostRows) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(false, Gentimes.ColumnNames), Rows());

    private IEnumerable<Row> Rows()
    {
        var slots = Gentimes.ColumnNames.Select(context.Fields.Slot).ToArray();
        var midnight = TimeModifier.TryParse("@d", out var day) ? day : TimeModifier.Now;
        var start = Seconds(command.Start);
        var end = Seconds(command.End ?? midnight);
        for (var i = 0; start < end; i++)
        {
            if (i == mostRows)
            {
                context.Warn($"gentimes stopped after {mostRows:#,0} rows");
                yield break;
            }

            var next = TimeBuckets.Next(start, command.Increment, context.Zone);
            yield return new Row(slots.Max() + 1)
            {
                [slots[0]] = Value.Of(start),
                [slots[1]] = Value.Of(next - 1),
                [slots[2]] = Human(start),
                [slots[3]] = Human(next - 1),
            };
            start = next;
        }
    }

    private double Seconds(TimeModifier time) => (time.Resolve(context.Now, context.Zone) - DateTimeOffset.UnixEpoch).TotalSeconds;

    private Value Human(double seconds)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * 1e6) * 10), context.Zone);
        return Value.Of(local.ToString($"ddd MMM {local.Day,2} HH:mm:ss yyyy", System.Globalization.CultureInfo.InvariantCulture));
    }
}
