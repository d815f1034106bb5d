using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>xmlkv</c>: a field for each element that holds only text, wherever it stands in a field's text: <c>&lt;Command&gt;cmd&lt;/Command&gt;</c> gives
/// Command=cmd. The text around need not be XML.
/// </summary>
public sealed record Xmlkv(string Input, int MaxInputs) : ICommand, IRowWise, IGrowsOnly
{
    private const int DefaultMaxInputs = 50_000;

    public static CommandSpec Spec { get; } = new(
        "xmlkv", "xmlkv [<field>] [maxinputs=<n>]", "Extracts fields from XML elements that hold text.", "xmlkv Message", Parse)
    {
        Options = ["maxinputs"],
        Differences = ["An element that comes several times gives several values.", "`maxinputs` is read and changes nothing: every row is read."],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Input);

    public Operator Bind(BindContext context) => new XmlkvOperator(this, context);

    public string? WhyNot(GrowthState state) => state.IsFixed(Input) ? null : GrowthRules.Changes(Input);

    public override string ToString() => "xmlkv" + (Input == EventFields.Raw ? "" : $" {Quote.Field(Input)}") + (MaxInputs == DefaultMaxInputs ? "" : $" maxinputs={MaxInputs}");

    private static Xmlkv Parse(CommandReader reader)
    {
        var command = new Xmlkv(EventFields.Raw, DefaultMaxInputs) { Span = reader.Span };
        var hasField = false;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                command = command with { MaxInputs = value.AsInteger(1) };
                continue;
            }

            reader.RefuseUnknownOption("xmlkv", Spec.Options);
            command = hasField ? throw reader.Error("SPL0105", "xmlkv takes one field") : command with { Input = reader.ReadName() };
            hasField = true;
        }

        return command;
    }
}

internal sealed class XmlkvOperator(Xmlkv command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(true, input.Columns.Names), Read(input.Rows));

    private IEnumerable<Row> Read(IEnumerable<Row> rows)
    {
        var from = context.Slot(command.Input);
        var found = new Dictionary<string, List<Value>>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            found.Clear();
            foreach (var text in row[from].Values)
            {
                Find(text.Text, found);
            }

            foreach (var (name, values) in found)
            {
                row[context.Slot(name)] = Value.OfMany(values);
            }

            yield return row;
        }
    }

    /// <summary>Each <c>&lt;name …&gt;text&lt;/name&gt;</c> without an element inside, from left to right.</summary>
    private void Find(string text, Dictionary<string, List<Value>> found)
    {
        for (var less = text.IndexOf('<'); less >= 0; less = text.IndexOf('<', less + 1))
        {
            var nameEnd = less + 1;
            while (nameEnd < text.Length && XmlTree.IsNameCharacter(text[nameEnd]))
            {
                nameEnd++;
            }

            var tagEnd = nameEnd == less + 1 ? -1 : text.AsSpan(nameEnd).IndexOfAny('<', '>');
            if (tagEnd < 0 || text[nameEnd + tagEnd] == '<' || (tagEnd > 0 && !char.IsWhiteSpace(text[nameEnd])))
            {
                continue;
            }

            var start = nameEnd + tagEnd + 1;
            var end = text.IndexOf('<', start);
            var name = text.AsSpan(less + 1, nameEnd - less - 1);
            if (end < 0 || !text.AsSpan(end + 1).StartsWith("/") || !text.AsSpan(end + 2).StartsWith(name) || !text.AsSpan(end + 2 + name.Length).TrimStart().StartsWith(">"))
            {
                continue;
            }

            var value = XmlTree.Decode(text.AsSpan(start, end - start).Trim());
            if (value.Length > 0 && context.Output.Contains(name.ToString()))
            {
                var key = name.ToString();
                (found.TryGetValue(key, out var values) ? values : found[key] = []).Add(Value.Of(value));
            }
        }
    }
}
