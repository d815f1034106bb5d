using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>fieldsummary</c>: a row for each field: how often it is there, its different values, and what numbers it holds.</summary>
public sealed record Fieldsummary(int MaxValues, IReadOnlyList<FieldPattern> Names) : ICommand, IHasColumns
{
    private const int DefaultMaxValues = 100;

    public static readonly IReadOnlyList<string> ColumnNames = ["field", "count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values"];

    public static CommandSpec Spec { get; } = new("fieldsummary", "fieldsummary [maxvals=<n>] [<field>…]", "Describes fields: counts, values, ranges.", "fieldsummary maxvals=10 user.*", Parse) { Options = ["maxvals"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => Names.Count == 0 ? FieldNeed.All : FieldNeed.Of(Names.Select(n => n.Text));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => ColumnNames;

    public Operator Bind(BindContext context) => new FieldsummaryOperator(this, context.Search);

    public override string ToString() => "fieldsummary" + (MaxValues == DefaultMaxValues ? "" : $" maxvals={MaxValues}") + (Names.Count == 0 ? "" : " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))));

    private static Fieldsummary Parse(CommandReader reader)
    {
        var most = DefaultMaxValues;
        while (reader.TryOption(Spec.Options, out _, out var value))
        {
            most = value.AsInteger();
        }

        reader.RefuseUnknownOption("fieldsummary", Spec.Options);
        return new Fieldsummary(most, [.. reader.ReadNames().Select(n => new FieldPattern(n))]) { Span = reader.Span };
    }
}

internal sealed class FieldsummaryOperator(Fieldsummary command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(false, Fieldsummary.ColumnNames), Summarize(input.Rows));

    private IEnumerable<Row> Summarize(IEnumerable<Row> rows)
    {
        var fields = new SortedDictionary<string, FieldTally>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            for (var slot = 0; slot < row.Width && slot < context.Fields.Count; slot++)
            {
                var name = context.Fields.Name(slot);
                if (row[slot].IsNull || (command.Names.Count == 0 ? name.StartsWith('_') : !command.Names.Any(n => n.Matches(name))))
                {
                    continue;
                }

                if (!fields.TryGetValue(name, out var tally))
                {
                    fields[name] = tally = new FieldTally();
                }

                context.Memory.Take(tally.Add(row[slot]), "fieldsummary");
            }
        }

        var slots = Fieldsummary.ColumnNames.Select(context.Fields.Slot).ToArray();
        foreach (var (name, tally) in fields)
        {
            var result = new Row(slots.Max() + 1);
            var values = tally.Describe(name, command.MaxValues);
            for (var i = 0; i < slots.Length; i++)
            {
                result[slots[i]] = values[i];
            }

            yield return result;
        }
    }

    private sealed class FieldTally
    {
        private readonly Dictionary<Value, long> counts = [];
        private long count;
        private long numbers;
        private double sum;
        private double squares;
        private double smallest = double.PositiveInfinity;
        private double largest = double.NegativeInfinity;

        public int Add(Value values)
        {
            var grown = 0;
            foreach (var value in values.Values)
            {
                count++;
                var key = value.Detached;
                grown += counts.TryAdd(key, 0) ? ValueCodec.Size(key) + 40 : 0;
                counts[key]++;
                if (value.TryGetNumber(out var number))
                {
                    numbers++;
                    var delta = number - (numbers == 1 ? 0 : sum / (numbers - 1));
                    squares += numbers == 1 ? 0 : delta * delta * (numbers - 1) / numbers;
                    sum += number;
                    (smallest, largest) = (Math.Min(smallest, number), Math.Max(largest, number));
                }
            }

            return grown;
        }

        public Value[] Describe(string name, int mostValues)
        {
            var top = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, ValueOrder.Instance);
            var listed = (mostValues == 0 ? top : top.Take(mostValues)).Select(c => $"{{\"value\":\"{Json(c.Key.Text)}\",\"count\":{c.Value}}}");
            var hasNumbers = numbers > 0;
            return
            [
                Value.Of(name), Value.Of(count), Value.Of(counts.Count), Value.Of(1), hasNumbers ? Value.Of(largest) : Value.Null, hasNumbers ? Value.Of(sum / numbers) : Value.Null,
                hasNumbers ? Value.Of(smallest) : Value.Null, Value.Of(numbers), hasNumbers ? Value.Of(numbers > 1 ? Math.Sqrt(squares / (numbers - 1)) : 0) : Value.Null, Value.Of($"[{string.Join(",", listed)}]"),
            ];
        }

        private static System.Text.Json.JsonEncodedText Json(string text) => System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
    }
}
