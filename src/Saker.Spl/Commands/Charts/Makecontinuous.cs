using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>makecontinuous</c>: puts a field into bins, and adds a row for each bin between the first and the last that has none.</summary>
public sealed record Makecontinuous(string Field, BinOptions Options) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "makecontinuous", "makecontinuous [span=<span>] [bins=<n>] [start=<number>] [end=<number>] [aligntime=<time>] [<field>]", "Adds rows for bins that have none.", "stats count by _time | makecontinuous span=1h _time", Parse)
    {
        Options = BinOptions.Names,
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new MakecontinuousOperator(this, context.Search);

    public override string ToString() => $"makecontinuous{Options} {Quote.Field(Field)}";

    private static Makecontinuous Parse(CommandReader reader)
    {
        string? field = null;
        var options = new BinOptions();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var option, out var value))
            {
                options = options.With(option, value);
                options = options.Span is { IsLogarithmic: true } ? throw value.Fail("makecontinuous does not take a logarithmic span") : options;
                continue;
            }

            reader.RefuseUnknownOption("makecontinuous", Spec.Options);
            field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "makecontinuous takes one field");
        }

        return new Makecontinuous(field ?? EventFields.Time, options) { Span = reader.Span };
    }
}

internal sealed class MakecontinuousOperator(Makecontinuous command, SearchContext context) : Operator
{
    private const int MostRows = 50_000;

    public override RowStream Run(RowStream input) => input with { Rows = Fill(input.Rows) };

    private IEnumerable<Row> Fill(IEnumerable<Row> rows)
    {
        var slot = context.Fields.Slot(command.Field);
        var held = rows.Hold(context, "makecontinuous").Where(r => r[slot].TryGetNumber(out _)).ToList();
        if (held.Count == 0)
        {
            yield break;
        }

        var (least, most) = (held.Min(r => Number(r, slot)), held.Max(r => Number(r, slot)));
        var span = Binning.Choose(command.Options, command.Field, least, most, context);
        // Numbers are binned like seconds: what is wanted is where a bin starts, not its name.
        var time = span.Time ?? new TimeSpanText((double)span.Width, "s");
        var binning = new Binning(BinSpan.OfTime(time), command.Field, context, Binning.Origin(command.Options, least, most, context));
        var byStart = held.ToLookup(r => binning.StartOf(Number(r, slot)));
        var (from, to) = (Math.Min(least, command.Options.Start ?? least), Math.Max(most, command.Options.End ?? most));
        var made = 0;
        for (var start = binning.StartOf(from); start <= to; start = binning.Next(start))
        {
            if (++made > MostRows)
            {
                context.Warn($"makecontinuous stopped after {MostRows:#,0} bins; take a longer span");
                yield break;
            }

            foreach (var row in byStart[start].DefaultIfEmpty(new Row(slot + 1)))
            {
                row[slot] = Value.Of(start);
                yield return row;
            }
        }
    }

    private static double Number(Row row, int slot) => row[slot].TryGetNumber(out var number) ? number : 0;
}
