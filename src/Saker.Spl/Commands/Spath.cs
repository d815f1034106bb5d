using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>spath</c>: fields from JSON or XML in a field. With a path that value (objects, arrays and elements as text), without one every value under
/// its path. <c>a{}</c> is each element of a JSON array, <c>a{0}</c> the first; <c>a{1}</c> the first XML element <c>a</c>, <c>a{@id}</c> its attribute.
/// </summary>
public sealed record Spath(string Input, string? Output, string? Path) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "spath",
        "spath [input=<field>] [output=<field>] [path=<path>|<path>]",
        "Extracts fields from JSON or XML.",
        "spath input=requestObject path=spec.containers{}.image output=image",
        Parse)
    { Options = ["input", "output", "path"], Differences = ["Half of a surrogate pair in a JSON text is the replacement character.", "XML that is not well-formed, nests deeper than 500 or has a document type with entities gives nothing."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Input);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Path is null ? null : input?.Union([Output ?? Path]);

    public Operator Bind(BindContext context) => new SpathOperator(this, context);

    public string? WhyNot(GrowthState state)
    {
        if (Path is not null)
        {
            state.Assign(Output ?? Path, [Input]);
            return null;
        }

        return state.IsFixed(Input) ? null : GrowthRules.Changes(Input);
    }

    public override string ToString() =>
        "spath" + (Input == EventFields.Raw ? "" : $" input={Quote.Field(Input)}") + (Output is null ? "" : $" output={Quote.Field(Output)}") + (Path is null ? "" : $" path={Quote.Field(Path)}");

    private static Spath Parse(CommandReader reader)
    {
        var input = EventFields.Raw;
        string? output = null, path = null;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "input": input = value.Text.Trim('\''); break;
                    case "output": output = value.Text.Trim('\''); break;
                    default: path = value.Text.Trim('\''); break;
                }
            }
            else
            {
                reader.RefuseUnknownOption("spath", Spec.Options);
                path = path is null ? reader.ReadName("a path") : throw reader.Error("SPL0105", "spath takes one path");
            }

            reader.TryTake(',');
        }

        return output is not null && path is null
            ? throw reader.Fail("SPL0162", "output needs a path", reader.Span, "write spath output=image path=spec.containers{}.image")
            : new Spath(input, output, path) { Span = reader.Span };
    }
}

internal sealed class SpathOperator(Spath command, BindContext context) : Operator
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 500, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private readonly SearchContext search = context.Search;

    public override RowStream Run(RowStream input)
    {
        var columns = command.Path is null ? new ColumnSet(true, input.Columns.Names) : input.Columns.With(command.Output ?? command.Path);
        return new RowStream(columns, Extract(input.Rows));
    }

    private IEnumerable<Row> Extract(IEnumerable<Row> rows)
    {
        var from = search.Fields.Slot(command.Input);
        var to = command.Path is null ? -1 : search.Fields.Slot(command.Output ?? command.Path);
        foreach (var row in rows)
        {
            var found = new Dictionary<int, List<Value>>();
            foreach (var text in row[from].Values)
            {
                Read(text.Text, to, found);
            }

            foreach (var (slot, values) in found)
            {
                row[slot] = Value.OfMany(values);
            }

            yield return row;
        }
    }

    private void Read(string text, int to, Dictionary<int, List<Value>> found)
    {
        var start = text.AsSpan().TrimStart();
        if (!start.IsEmpty && start[0] == '<')
        {
            ReadXml(text, to, found);
            return;
        }

        if (start.IsEmpty || start[0] is not ('{' or '['))
        {
            return;
        }

        try
        {
            using var json = HostileJson.Parse(text, Options);
            if (to >= 0)
            {
                Follow(json.RootElement, command.Path, value => Add(found, to, value));
            }
            else
            {
                All(json.RootElement, "", found);
            }
        }
        catch (JsonException)
        {
            // Text that only looks like JSON has no paths.
        }
    }

    private void ReadXml(string text, int to, Dictionary<int, List<Value>> found)
    {
        if (XmlTree.Parse(text) is not { } elements)
        {
            return;
        }

        if (to >= 0)
        {
            XmlPath.Follow(elements, command.Path, value => Add(found, to, Value.Of(value)));
            return;
        }

        XmlPath.All(elements, "", (name, value) =>
        {
            if (context.Output.Contains(name))
            {
                Add(found, search.Fields.Slot(name), Value.Of(value));
            }
        });
    }

    /// <summary>Every value whose path is the text; a key with dots is the same name as the path.</summary>
    private static void Follow(JsonElement element, ReadOnlySpan<char> path, Action<Value> found)
    {
        if (path.IsEmpty)
        {
            found(ValueOf(element));
            return;
        }

        if (path[0] == '{' && element.ValueKind == JsonValueKind.Array)
        {
            var close = path.IndexOf('}');
            var index = close < 0 ? "" : path[1..close];
            var rest = close < 0 ? path[..0] : path[(close + 1)..];
            rest = rest.StartsWith(".") ? rest[1..] : rest;
            var at = -1;
            if (close < 0 || (index.Length > 0 && !int.TryParse(index, out at)))
            {
                return;
            }

            var i = 0;
            foreach (var item in element.EnumerateArray())
            {
                if (at < 0 || i++ == at)
                {
                    Follow(item, rest, found);
                }
            }

            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (path.StartsWith(property.Name, StringComparison.Ordinal))
            {
                var rest = path[property.Name.Length..];
                if (rest.IsEmpty || rest[0] is '.' or '{')
                {
                    Follow(property.Value, rest.StartsWith(".") ? rest[1..] : rest, found);
                }
            }
        }
    }

    private void All(JsonElement element, string name, Dictionary<int, List<Value>> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    All(property.Value, name.Length == 0 ? property.Name : $"{name}.{property.Name}", found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    All(item, name + "{}", found);
                }

                break;
            default:
                if (context.Output.Contains(name))
                {
                    Add(found, search.Fields.Slot(name), ValueOf(element));
                }

                break;
        }
    }

    private static void Add(Dictionary<int, List<Value>> found, int slot, Value value)
    {
        if (!found.TryGetValue(slot, out var values))
        {
            found[slot] = values = [];
        }

        values.Add(value);
    }

    private static Value ValueOf(JsonElement element) => Value.Of(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText());
}
