using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>mvcombine</c>: rows that differ in one field only become one row, with that field's values together.</summary>
public sealed record Mvcombine(string Field, string? Delimiter) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new("mvcombine", "mvcombine [delim=<text>] <field>", "Combines rows that differ in one field only.", "fields user.username, verb | mvcombine verb", Parse) { Options = ["delim"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new MvcombineOperator(this, context.Search);

    public override string ToString() => $"mvcombine{(Delimiter is null ? "" : $" delim={Quote.Always(Delimiter)}")} {Quote.Field(Field)}";

    private static Mvcombine Parse(CommandReader reader)
    {
        string? field = null, delimiter = null;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                delimiter = value.Text;
                continue;
            }

            reader.RefuseUnknownOption("mvcombine", Spec.Options);
            field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "mvcombine takes one field");
        }

        return field is null ? throw reader.Error("SPL0101", "expected a field name") : new Mvcombine(field, delimiter) { Span = reader.Span };
    }
}

internal sealed class MvcombineOperator(Mvcombine command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        context.Delimiters[command.Field] = command.Delimiter ?? " ";
        return input with { Rows = Combine(input.Rows) };
    }

    private IEnumerable<Row> Combine(IEnumerable<Row> rows)
    {
        var slot = context.Fields.Slot(command.Field);
        var held = rows.Hold(context, "mvcombine");
        var width = held.Count == 0 ? 0 : held.Max(r => r.Width) + 1;
        var combined = new Dictionary<GroupKey, (Row Row, List<Value> Values, EvidenceBuilder Evidence)>();
        foreach (var row in held)
        {
            if (row[slot].IsNull)
            {
                // Nothing to combine: a key of its own keeps the row in its place.
                combined[new GroupKey([Value.Of(combined.Count)])] = (row, [], new EvidenceBuilder());
                continue;
            }

            var key = new GroupKey([.. Enumerable.Range(0, width).Select(s => s == slot ? Value.Null : row[s])]);
            if (!combined.TryGetValue(key, out var group))
            {
                group = (row, [], default);
            }

            group.Values.AddRange(row[slot].Values);
            group.Evidence.Add(row.Evidence);
            combined[key] = group;
        }

        foreach (var (row, values, evidence) in combined.Values)
        {
            if (values.Count > 0)
            {
                row[slot] = Value.OfMany(values);
                row.Evidence = evidence.Build();
            }

            yield return row;
        }
    }
}
