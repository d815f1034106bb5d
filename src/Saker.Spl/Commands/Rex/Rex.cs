using System.Text.RegularExpressions;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>rex</c>: fields from the named groups of a regular expression. A row that does not match keeps what it has. <c>max_match</c> above 1
/// (0: as many as there are) gives multivalues.
/// </summary>
public sealed record Rex(string Field, string Pattern, int MaxMatch, string? OffsetField) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "rex",
        "rex [field=<field>] [max_match=<count>] [offset_field=<field>] \"<regex>\" | rex [field=<field>] mode=sed \"s/<regex>/<text>/[g|i|<n>]\"",
        "Extracts fields by the named groups of a regular expression, or rewrites a field as sed does.",
        "rex field=requestURI \"/namespaces/(?<namespace>[^/]+)\"",
        Parse)
    { Options = ["field", "max_match", "offset_field", "mode"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    internal IEnumerable<string> Groups => GroupsOf(RegexText.Compile(Pattern));

    public FieldNeed Needs(FieldNeed output) => output.With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(OffsetField is null ? Groups : Groups.Append(OffsetField));

    public Operator Bind(BindContext context) => new RexOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        foreach (var group in OffsetField is null ? Groups : Groups.Append(OffsetField))
        {
            state.Assign(group, [Field, group]);
        }

        return null;
    }

    public override string ToString() =>
        "rex" + (Field == EventFields.Raw ? "" : $" field={Quote.Field(Field)}") + (MaxMatch == 1 ? "" : $" max_match={MaxMatch}")
        + (OffsetField is null ? "" : $" offset_field={Quote.Field(OffsetField)}") + " " + Quote.Always(Pattern);

    internal static IEnumerable<string> GroupsOf(Regex regex) => regex.GetGroupNames().Where(n => !char.IsAsciiDigit(n[0]));

    private static ICommand Parse(CommandReader reader)
    {
        var (field, maxMatch, isSed) = (EventFields.Raw, 1, false);
        string? offsetField = null, pattern = null;
        var place = reader.Span;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "field": field = value.Text.Trim('\''); break;
                    case "max_match": maxMatch = value.AsInteger(); break;
                    case "offset_field": offsetField = value.Text; break;
                    default: isSed = value.Text.Equals("sed", StringComparison.OrdinalIgnoreCase) ? true : throw value.Fail("the only mode of rex is sed"); break;
                }

                continue;
            }

            if (reader.Peek() is not ('"' or '('))
            {
                reader.RefuseUnknownOption("rex", Spec.Options);
            }

            var start = reader.Position;
            var text = RegexArgument.Read(reader);
            pattern = pattern is null ? text : throw reader.Fail("SPL0105", "rex takes one regular expression", SourceSpan.Between(start, reader.Position));
            place = SourceSpan.Between(start, reader.Position);
        }

        if (pattern is null)
        {
            throw reader.Error("SPL0101", "expected a regular expression in quotes", "write rex field=requestURI \"/namespaces/(?<namespace>[^/]+)\"");
        }

        if (isSed)
        {
            return new RexSed(field, SedScript.Parse(pattern, reader, place)) { Span = reader.Span };
        }

        var regex = RegexArgument.Check(pattern, reader, place);
        return GroupsOf(regex).Any()
            ? new Rex(field, pattern, maxMatch, offsetField) { Span = reader.Span }
            : throw reader.Fail("SPL0160", "this regular expression has no named group, so it extracts nothing", place, "name what to extract: (?<name>…)");
    }
}

internal sealed class RexOperator(Rex command, SearchContext context) : Operator
{
    private readonly Regex regex = RegexText.Compile(command.Pattern);

    public override RowStream Run(RowStream input)
    {
        var groups = command.Groups.Select(n => (Name: n, Slot: context.Fields.Slot(n))).ToArray();
        var names = groups.Select(g => g.Name);
        return new RowStream(input.Columns.With(command.OffsetField is null ? names : names.Append(command.OffsetField)), Extract(input.Rows, groups));
    }

    private IEnumerable<Row> Extract(IEnumerable<Row> rows, (string Name, int Slot)[] groups)
    {
        var field = context.Fields.Slot(command.Field);
        var offset = command.OffsetField is null ? -1 : context.Fields.Slot(command.OffsetField);
        foreach (var row in rows)
        {
            var matches = new List<Match>();
            foreach (var value in row[field].Values)
            {
                matches.AddRange(Matches(value.Text));
            }

            if (matches.Count > 0)
            {
                Write(row, groups, offset, matches);
            }

            yield return row;
        }
    }

    private static void Write(Row row, (string Name, int Slot)[] groups, int offset, List<Match> matches)
    {
        foreach (var (name, slot) in groups)
        {
            var values = matches.Select(m => m.Groups[name]).Where(g => g.Success).Select(g => Value.Of(g.Value)).ToList();
            if (values.Count > 0)
            {
                row[slot] = Value.OfMany(values);
            }
        }

        if (offset >= 0)
        {
            row[offset] = Value.OfMany([.. matches.Select(m => Value.Of($"{m.Index}-{m.Index + m.Length - 1}"))]);
        }
    }

    private List<Match> Matches(string text)
    {
        var found = new List<Match>();
        try
        {
            for (var match = regex.Match(text); match.Success && (command.MaxMatch == 0 || found.Count < command.MaxMatch); match = match.NextMatch())
            {
                found.Add(match);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            context.Warn("rex: a value took too long to match and was passed over");
        }

        return found;
    }
}
