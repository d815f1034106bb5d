using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>makemv</c>: splits a field's text into several values, by a delimiter or by what a regular expression's group matches.</summary>
public sealed record Makemv(string Field, string? Delimiter, string? Tokenizer, bool AllowEmpty, bool SetSv) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "makemv", "makemv [delim=<text>|tokenizer=\"<regex>\"] [allowempty=<bool>] [setsv=<bool>] <field>", "Splits a field into several values.", "makemv delim=\",\" sourceIPs", Parse)
    {
        Options = ["delim", "tokenizer", "allowempty", "setsv"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new MakemvOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        state.Assign(Field, [Field]);
        return null;
    }

    public override string ToString() =>
        "makemv" + (Delimiter is null ? "" : $" delim={Quote.Always(Delimiter)}") + (Tokenizer is null ? "" : $" tokenizer={Quote.Always(Tokenizer)}")
        + (AllowEmpty ? " allowempty=true" : "") + (SetSv ? " setsv=true" : "") + " " + Quote.Field(Field);

    private static Makemv Parse(CommandReader reader)
    {
        string? field = null, delimiter = null, tokenizer = null;
        var (allowEmpty, setSv) = (false, false);
        while (!reader.AtEnd)
        {
            if (!reader.TryOption(Spec.Options, out var name, out var value))
            {
                reader.RefuseUnknownOption("makemv", Spec.Options);
                field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "makemv takes one field");
                continue;
            }

            switch (name)
            {
                case "delim": delimiter = value.Text.Length > 0 ? value.Text : throw value.Fail("the delimiter is empty"); break;
                case "tokenizer": tokenizer = Tokens(value, reader); break;
                case "allowempty": allowEmpty = value.AsBoolean(); break;
                default: setSv = value.AsBoolean(); break;
            }
        }

        return field is null ? throw reader.Error("SPL0101", "expected a field name")
            : delimiter is not null && tokenizer is not null ? throw reader.Fail("SPL0105", "makemv takes delim or tokenizer, not both", reader.Span)
            : new Makemv(field, delimiter, tokenizer, allowEmpty, setSv) { Span = reader.Span };
    }

    private static string Tokens(OptionValue value, CommandReader reader) =>
        RegexArgument.Check(value.Text, reader, value.Span).GetGroupNumbers().Length > 1 ? value.Text : throw value.Fail("the tokenizer needs a group that matches a value", "write tokenizer=\"([^,]+),?\"");
}

internal sealed class MakemvOperator(Makemv command, SearchContext context) : Operator
{
    private readonly System.Text.RegularExpressions.Regex? tokenizer = command.Tokenizer is null ? null : Functions.RegexText.Compile(command.Tokenizer);

    public override RowStream Run(RowStream input)
    {
        var slot = context.Fields.Slot(command.Field);
        return input with
        {
            Rows = input.Rows.Select(row =>
        {
            if (row[slot] is { IsNull: false } value)
            {
                row[slot] = Value.OfMany([.. value.Values.ToArray().SelectMany(v => Split(v.Text)).Select(Value.Of)]);
            }

            return row;
        })
        };
    }

    private IEnumerable<string> Split(string text)
    {
        var parts = tokenizer is null
            ? text.Split(command.Delimiter ?? " ")
            : tokenizer.Matches(text).Select(m => m.Groups.Values.Skip(1).FirstOrDefault(g => g.Success)?.Value ?? "");
        return command.AllowEmpty ? parts : parts.Where(p => p.Length > 0);
    }
}
