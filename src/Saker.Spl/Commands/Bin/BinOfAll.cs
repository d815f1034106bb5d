using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>bin</c> whose bins rest on all values: by number of bins, or aligned to the first or last time.</summary>
public sealed record BinOfAll(string Field, string? As, BinOptions Options) : ICommand, IHasColumns
{
    CommandSpec ICommand.Spec => Bin.Spec;

    public SourceSpan Span { get; init; }

    public string Target => As ?? Field;

    public FieldNeed Needs(FieldNeed output) => output.Without(Target).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union([Target]);

    public Operator Bind(BindContext context) => new BinOfAllOperator(this, context.Search);

    public override string ToString() => Bin.Print(Options, Field, As);
}

internal sealed class BinOfAllOperator(BinOfAll command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(input.Columns.With(command.Target), Put(input.Rows));

    private IEnumerable<Row> Put(IEnumerable<Row> rows)
    {
        var (from, to) = (context.Fields.Slot(command.Field), context.Fields.Slot(command.Target));
        var held = rows.Hold(context, "bin");
        var (smallest, largest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var row in held)
        {
            foreach (var value in row[from].Values)
            {
                if (value.TryGetNumber(out var number))
                {
                    (smallest, largest) = (Math.Min(smallest, number), Math.Max(largest, number));
                }
            }
        }

        var span = Binning.Choose(command.Options, command.Field, smallest, largest, context);
        var binning = new Binning(span, command.Field, context, Binning.Origin(command.Options, smallest, largest, context));
        foreach (var row in held)
        {
            row[to] = binning.Of(row[from]);
            yield return row;
        }
    }
}
