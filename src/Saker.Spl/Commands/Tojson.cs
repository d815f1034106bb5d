using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>A field, or a pattern of fields, and the type that its values are to have.</summary>
public sealed record JsonColumn(FieldPattern Field, string? Type)
{
    public override string ToString() => Type is null ? Quote.Field(Field.Text) : $"{Type}({Quote.Field(Field.Text)})";
}

/// <summary><c>tojson</c>: a JSON object of each row's fields. Multivalues become arrays; what does not fit its type is left out, or null with <c>fill_null</c>.</summary>
public sealed record Tojson(IReadOnlyList<JsonColumn> Fields) : ICommand, IRowWise, IGrowsOnly
{
    internal static readonly string[] Types = ["auto", "bool", "json", "none", "num", "str"];

    public static CommandSpec Spec { get; } = new(
        "tojson",
        "tojson [<field>|auto|bool|json|none|num|str(<field>)…] [default_type=<type>] [fill_null=<bool>] [include_internal=<bool>] [output_field=<field>]",
        "Makes a JSON object of each row's fields.",
        "stats count BY user.username | tojson num(count) user.username output_field=json",
        Parse)
    { Options = ["default_type", "fill_null", "include_internal", "output_field"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public string DefaultType { get; init; } = "none";

    public bool FillsNull { get; init; }

    public bool IncludesInternal { get; init; }

    public string Output { get; init; } = EventFields.Raw;

    public FieldNeed Needs(FieldNeed output) =>
        Fields.Count == 0 || Fields.Any(f => f.Field.IsWildcard) ? FieldNeed.All : output.Without(Output).With(Fields.Select(f => f.Field.Text));

    public Operator Bind(BindContext context) => new TojsonOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        if (state.Aggregated && Fields.Count == 0)
        {
            return "it writes every aggregated column";
        }

        if (Fields.FirstOrDefault(f => f.Field.IsWildcard) is not null && state.Aggregated)
        {
            return "it names aggregated columns by pattern";
        }

        state.Assign(Output, Fields.Select(f => f.Field.Text));
        return null;
    }

    public override string ToString() =>
        "tojson" + string.Concat(Fields.Select(f => $" {f}")) + (DefaultType == "none" ? "" : $" default_type={DefaultType}") + (FillsNull ? " fill_null=true" : "")
        + (IncludesInternal ? " include_internal=true" : "") + (Output == EventFields.Raw ? "" : $" output_field={Quote.SearchValue(Output)}");

    private static Tojson Parse(CommandReader reader)
    {
        var fields = new List<JsonColumn>();
        var command = new Tojson(fields);
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                command = name switch
                {
                    "default_type" => command with { DefaultType = ReadType(value) },
                    "fill_null" => command with { FillsNull = value.AsBoolean() },
                    "include_internal" => command with { IncludesInternal = value.AsBoolean() },
                    _ => command with { Output = value.Text.Length > 0 ? value.Text : throw value.Fail("expected a field name") },
                };
                continue;
            }

            reader.RefuseUnknownOption("tojson", Spec.Options);
            fields.Add(ReadColumn(reader));
            reader.TryTake(',');
        }

        return command with { Span = reader.Span };
    }

    private static JsonColumn ReadColumn(CommandReader reader)
    {
        var start = reader.Position;
        foreach (var type in Types)
        {
            if (reader.TryKeyword(type) && reader.TryTake('('))
            {
                var field = reader.ReadName();
                reader.Expect(')', "a closing parenthesis");
                return new JsonColumn(new FieldPattern(field), type);
            }

            reader.Seek(start);
        }

        var name = reader.ReadName();
        return name.EndsWith(')') && name.IndexOf('(') is var open and > 0
            ? throw reader.Fail("SPL0102", $"tojson has no type `{name[..open]}`", SourceSpan.Between(start, reader.Position), $"its types are {string.Join(", ", Types)}")
            : new JsonColumn(new FieldPattern(name), null);
    }

    private static string ReadType(OptionValue value) =>
        Types.Contains(value.Text.ToLowerInvariant()) ? value.Text.ToLowerInvariant() : throw value.Fail($"tojson has no type `{value.Text}`", $"its types are {string.Join(", ", Types)}");
}

internal sealed class TojsonOperator(Tojson command, SearchContext context) : Operator
{
    private static readonly string[] Yes = ["true", "t", "yes"];
    private static readonly string[] No = ["false", "f", "no"];

    public override RowStream Run(RowStream input) => new(input.Columns.With([command.Output]), Write(input.Rows));

    private IEnumerable<Row> Write(IEnumerable<Row> rows)
    {
        var output = context.Fields.Slot(command.Output);
        foreach (var row in rows)
        {
            var json = JsonTree.Object();
            foreach (var (name, type) in Columns(row))
            {
                if (Of(row[context.Fields.Slot(name)], type) is { } value)
                {
                    json.Set(name, value);
                }
            }

            row[output] = Value.Of(json.ToString());
            yield return row;
        }
    }

    /// <summary>The fields to write, in the order of their names in the command.</summary>
    private IEnumerable<(string Name, string Type)> Columns(Row row)
    {
        var present = ColumnNames.Of([row], context.Fields).Where(n => command.IncludesInternal || !n.StartsWith('_')).Order(StringComparer.Ordinal).ToList();
        return command.Fields.Count == 0
            ? present.Select(n => (n, command.DefaultType))
            : command.Fields.SelectMany(f => (f.Field.IsWildcard ? present.Where(f.Field.Matches) : [f.Field.Text]).Select(n => (n, f.Type ?? command.DefaultType))).DistinctBy(c => c.Item1);
    }

    private JsonTree? Of(Value value, string type)
    {
        var nothing = command.FillsNull ? JsonTree.Null : null;
        return value.IsNull ? nothing
            : value.IsMulti ? JsonTree.Array(value.Values.ToArray().Select(v => One(v, type) ?? nothing).OfType<JsonTree>())
            : One(value, type) ?? nothing;
    }

    private static JsonTree? One(Value value, string type) => type switch
    {
        "str" => JsonTree.OfText(value.Text),
        "num" => Number(value),
        "bool" => Truth(value),
        "json" => JsonTree.Parse(value.Text),
        "auto" => Number(value) ?? (value.Text is "true" or "false" ? JsonTree.OfTruth(value.Text == "true") : null) ?? JsonTree.ParseContainer(value.Text) ?? JsonTree.OfText(value.Text),
        _ => value.Kind switch
        {
            ValueKind.Number => Number(value),
            ValueKind.Boolean => JsonTree.OfTruth(value.Truth),
            _ => JsonTree.OfText(value.Text),
        },
    };

    private static JsonTree? Number(Value value) => value.TryGetNumber(out var number) && double.IsFinite(number) ? JsonTree.OfNumber(Value.FormatNumber(number)) : null;

    private static JsonTree? Truth(Value value) =>
        value.TryGetNumber(out var number) ? JsonTree.OfTruth(number != 0)
        : Yes.Contains(value.Text.ToLowerInvariant()) ? JsonTree.OfTruth(true)
        : No.Contains(value.Text.ToLowerInvariant()) ? JsonTree.OfTruth(false)
        : null;
}
