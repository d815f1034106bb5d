using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>format</c>: rows as one search expression, in the field <c>search</c>. What a subsearch does at its end without being told.</summary>
public sealed record Format(IReadOnlyList<string> Parts, string ValueSeparator, int MaxResults, string Empty) : ICommand
{
    private static readonly string[] DefaultParts = ["(", "(", "AND", ")", "OR", ")"];

    public static Format Default { get; } = new(DefaultParts, "OR", 0, "NOT ( )");

    public static CommandSpec Spec { get; } = new(
        "format",
        "format [mvsep=<text>] [maxresults=<count>] [\"<row prefix>\" \"<column prefix>\" \"<column separator>\" \"<column end>\" \"<row separator>\" \"<row end>\"] [emptystr=<text>]",
        "Turns rows into one search expression.",
        "search verb=delete | dedup user.username | fields user.username | format",
        Parse)
    { Options = ["mvsep", "maxresults", "emptystr"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public Operator Bind(BindContext context) => new FormatOperator(this, context.Search);

    public override string ToString() =>
        "format" + (ValueSeparator == "OR" ? "" : $" mvsep={Quote.Always(ValueSeparator)}") + (MaxResults == 0 ? "" : $" maxresults={MaxResults}")
        + (Parts.SequenceEqual(DefaultParts) ? "" : " " + string.Join(' ', Parts.Select(Quote.Always))) + (Empty == Default.Empty ? "" : $" emptystr={Quote.Always(Empty)}");

    private static Format Parse(CommandReader reader)
    {
        var (separator, most, empty) = ("OR", 0, Default.Empty);
        var parts = new List<string>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "mvsep": separator = value.Text; break;
                    case "maxresults": most = value.AsInteger(); break;
                    default: empty = value.Text; break;
                }
            }
            else
            {
                reader.RefuseUnknownOption("format", Spec.Options);
                parts.Add(reader.Peek() == '"' ? reader.ReadQuoted('"') : throw reader.Error("SPL0101", "expected text in quotes"));
            }
        }

        return parts.Count is 0 or 6
            ? new Format(parts.Count == 0 ? DefaultParts : parts, separator, most, empty) { Span = reader.Span }
            : throw reader.Error("SPL0161", $"format takes six texts, not {parts.Count}", "\"<row prefix>\" \"<column prefix>\" \"<column separator>\" \"<column end>\" \"<row separator>\" \"<row end>\"");
    }
}

internal sealed class FormatOperator(Format command, SearchContext context) : Operator
{
    public const string Column = "search";

    public override RowStream Run(RowStream input)
    {
        var held = HeldRows.Hold(command.MaxResults > 0 ? Subsearch.Limit(input.Rows, command.MaxResults, "format", context) : input.Rows, context, "format");
        var text = Text(command, held, input.Columns.NamesOf(held, context.Fields), context.Fields);
        var evidence = default(EvidenceBuilder);
        foreach (var row in HeldRows.Release(held, context))
        {
            evidence.Add(row.Evidence);
        }

        var result = new Row { [context.Fields.Slot(Column)] = Value.Of(text), Evidence = evidence.Build() };
        return new RowStream(new ColumnSet(false, [Column]), [result]);
    }

    /// <summary>The expression. Columns that begin with an underscore are left out; <c>search</c> and <c>query</c> give their value without a name.</summary>
    public static string Text(Format format, IReadOnlyList<Row> rows, IReadOnlyList<string> columns, FieldTable fields)
    {
        var shown = columns.Where(c => !c.StartsWith('_')).Select(c => (Name: c, Slot: fields.Slot(c))).ToList();
        var texts = rows.Select(row => RowText(format, row, shown)).Where(t => t.Length > 0).ToList();
        return texts.Count == 0
            ? format.Empty
            : $"{format.Parts[0]} {string.Join($" {format.Parts[4]} ", texts)} {format.Parts[5]}";
    }

    private static string RowText(Format format, Row row, List<(string Name, int Slot)> columns)
    {
        var text = new StringBuilder();
        foreach (var (name, slot) in columns)
        {
            if (row[slot].IsNull)
            {
                continue;
            }

            var values = row[slot].Values.ToArray().Select(v => name is Column or "query" ? v.Text : $"{Quote.Field(name)}={Quote.Always(v.Text)}").ToList();
            var one = values.Count == 1 ? values[0] : $"( {string.Join($" {format.ValueSeparator} ", values)} )";
            text.Append(text.Length == 0 ? "" : $" {format.Parts[2]} ").Append(one);
        }

        return text.Length == 0 ? "" : $"{format.Parts[1]} {text} {format.Parts[3]}";
    }
}
