using System.Text.RegularExpressions;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>regex</c>: rows in which a field matches a regular expression, or does not. A missing field matches nothing.</summary>
public sealed record RegexFilter(string Field, bool IsNegated, string Pattern) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "regex", "regex [<field>=|<field>!=]\"<regex>\"", "Keeps rows in which a field matches a regular expression, or does not.", "regex user.username!=\"^system:\"", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new RegexFilterOperator(this, context.Search);

    public string? WhyNot(GrowthState state) => state.IsFixed(Field) ? null : GrowthRules.Changes(Field);

    public override string ToString() => $"regex {(Field.All(IsBare) ? Quote.Field(Field) : Quote.Always(Field))}{(IsNegated ? "!=" : "=")}{Quote.Always(Pattern)}";

    private static RegexFilter Parse(CommandReader reader)
    {
        var (field, isNegated) = (EventFields.Raw, false);
        reader.SkipSpace();
        if (FieldEnd(reader) is var (nameEnd, isNot))
        {
            field = reader.ReadName().TrimEnd('!');
            isNegated = isNot;
            reader.Seek(nameEnd);
        }

        if (reader.AtEnd)
        {
            throw reader.Error("SPL0101", "expected a regular expression in quotes", "write regex field=\"…\"");
        }

        var start = reader.Position;
        var pattern = reader.Peek() == '"' ? reader.ReadQuoted('"') : reader.ReadRest();
        RegexArgument.Check(pattern, reader, SourceSpan.Between(start, reader.Position));
        reader.ExpectEnd("regex");
        return new RegexFilter(field, isNegated, pattern) { Span = reader.Span };
    }

    /// <summary>What a field's name may hold without quotes here: anything else could belong to the expression.</summary>
    private static bool IsBare(char c) => char.IsLetterOrDigit(c) || c is '_' or '.' or '{' or '}' or '-' or ':';

    /// <summary>Where the name and its = or != end, if the argument begins with them.</summary>
    private static (int End, bool IsNegated)? FieldEnd(CommandReader reader)
    {
        var i = reader.Position;
        if (i < reader.End && reader.Text[i] is '"' or '\'')
        {
            var quote = reader.Text[i++];
            while (i < reader.End && reader.Text[i] != quote)
            {
                i += reader.Text[i] == '\\' ? 2 : 1;
            }

            i = Math.Min(i + 1, reader.End);
        }
        else
        {
            while (i < reader.End && IsBare(reader.Text[i]))
            {
                i++;
            }
        }

        if (i == reader.Position)
        {
            return null;
        }

        while (i < reader.End && char.IsWhiteSpace(reader.Text[i]))
        {
            i++;
        }

        if (i < reader.End && reader.Text[i] == '=')
        {
            return (i + 1, false);
        }

        return i + 1 < reader.End && reader.Text[i] == '!' && reader.Text[i + 1] == '=' ? (i + 2, true) : null;
    }
}

internal sealed class RegexFilterOperator(RegexFilter command, SearchContext context) : Operator
{
    private readonly Regex regex = RegexText.Compile(command.Pattern);

    public override RowStream Run(RowStream input)
    {
        var slot = context.Fields.Slot(command.Field);
        return input with { Rows = input.Rows.Where(row => Matches(row[slot]) != command.IsNegated) };
    }

    private bool Matches(Value value)
    {
        try
        {
            foreach (var single in value.Values)
            {
                if (regex.IsMatch(single.Text))
                {
                    return true;
                }
            }

            return false;
        }
        catch (RegexMatchTimeoutException)
        {
            // Rather a row too many than a threat lost.
            context.Warn("regex: a value took too long to match; its row was kept");
            return !command.IsNegated;
        }
    }
}
