using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>fromjson</c>: a field for each key of a JSON object in a field. Arrays become multivalues, objects inside stay JSON text.</summary>
public sealed record Fromjson(string Field, string Prefix) : ICommand, IRowWise, IGrowsOnly
{
    public static CommandSpec Spec { get; } = new("fromjson", "fromjson <field> [prefix=<text>]", "Makes fields of a JSON object's keys.", "fromjson requestObject prefix=req_", Parse) { Options = ["prefix"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public Operator Bind(BindContext context) => new FromjsonOperator(this, context);

    public string? WhyNot(GrowthState state) => state.IsFixed(Field) ? null : GrowthRules.Changes(Field);

    public override string ToString() => $"fromjson {Quote.Field(Field)}{(Prefix.Length == 0 ? "" : $" prefix={Quote.SearchValue(Prefix)}")}";

    private static Fromjson Parse(CommandReader reader)
    {
        string? field = null;
        var prefix = "";
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                prefix = value.Text;
                continue;
            }

            reader.RefuseUnknownOption("fromjson", Spec.Options);
            field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "fromjson takes one field");
        }

        return field is null ? throw reader.Error("SPL0101", "expected the field that holds JSON") : new Fromjson(field, prefix) { Span = reader.Span };
    }
}

internal sealed class FromjsonOperator(Fromjson command, BindContext context) : Operator
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 500 };

    public override RowStream Run(RowStream input) => new(new ColumnSet(true, input.Columns.Names), Read(input.Rows));

    private IEnumerable<Row> Read(IEnumerable<Row> rows)
    {
        var slot = context.Slot(command.Field);
        foreach (var row in rows)
        {
            var text = row[slot].First.Text;
            if (text.AsSpan().TrimStart().StartsWith("{"))
            {
                Fill(row, text);
            }

            yield return row;
        }
    }

    private void Fill(Row row, string text)
    {
        try
        {
            using var json = HostileJson.Parse(text, Options);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                var name = command.Prefix + property.Name;
                if (name.Length > 0 && context.Output.Contains(name))
                {
                    row[context.Slot(name)] = property.Value.ValueKind == JsonValueKind.Array ? Value.OfMany([.. property.Value.EnumerateArray().Select(ValueOf)]) : ValueOf(property.Value);
                }
            }
        }
        catch (JsonException)
        {
            // Text that only looks like JSON has no keys.
        }
    }

    private static Value ValueOf(JsonElement element) => Value.Of(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText());
}
