using System.Text;
using System.Text.RegularExpressions;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// The text in foreach's brackets. <c>&lt;&lt;FIELD&gt;&gt;</c> and its like are replaced as text, so that they can be part of a name or of a string; one
/// that stands alone and is no plain name gets single quotes. <c>&lt;&lt;ITEM&gt;&gt;</c> and <c>&lt;&lt;ITER&gt;&gt;</c> read a field that holds the item, so that an item
/// is never taken for a part of the search; only as a part of a name are they text.
/// </summary>
public sealed partial record ForeachTemplate(string Text)
{
    /// <summary>The field that holds the item of a round.</summary>
    public const string ItemField = "<<ITEM>>";

    /// <summary>The field that holds the number of a round, from 0.</summary>
    public const string IterField = "<<ITER>>";

    private static readonly string[] FieldTokens = ["FIELD", "MATCHSTR", "MATCHSEG1", "MATCHSEG2", "MATCHSEG3"];
    private static readonly string[] ItemTokens = ["ITEM", "ITER"];

    /// <summary>The lookups that <c>lookup()</c> names in it.</summary>
    internal IReadOnlyList<LookupReference> Lookups { get; private init; } = [];

    /// <summary>Checks that every token is known and that the template parses to commands that handle a row at a time.</summary>
    public static ForeachTemplate Parse(CommandReader reader, string text, SourceSpan span, ForeachMode mode, IReadOnlyDictionary<string, string> ownTokens)
    {
        foreach (var (option, token) in ownTokens)
        {
            if (token.Length == 0)
            {
                throw reader.Fail("SPL0102", $"{option} is empty", reader.Span, $"write {option}=#name#, or leave it out and write <<FIELD>>");
            }

            text = text.Replace(token, $"<<{option.Replace("str", "", StringComparison.Ordinal).ToUpperInvariant()}>>".Replace("<<MATCH>>", "<<MATCHSTR>>", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        var known = mode == ForeachMode.Multifield ? FieldTokens : ItemTokens;
        foreach (Match token in Tokens().Matches(text))
        {
            if (!known.Contains(token.Groups[1].Value))
            {
                var other = FieldTokens.Concat(ItemTokens).Contains(token.Groups[1].Value);
                throw reader.Fail(
                    "SPL0174",
                    other ? $"{token.Value} has no meaning in this mode of foreach" : $"foreach has no {token.Value}",
                    PlaceOf(reader, span, token.Value),
                    Suggestion.Nearest(token.Groups[1].Value, known) is { } near ? $"did you mean <<{near}>>?" : $"it has {string.Join(", ", known.Select(k => $"<<{k}>>"))}");
            }
        }

        var template = new ForeachTemplate(text);
        template.Check(reader, span, mode);
        var lookups = template.Sample(mode).OfType<IHasExpressions>().SelectMany(c => c.NamedLookups);
        return template with { Lookups = [.. lookups.Select(l => l.At(reader, PlaceOf(reader, span, l.Name)))] };
    }

    /// <summary>The commands for a field or item of some name.</summary>
    internal IReadOnlyList<ICommand> Sample(ForeachMode mode) => (mode == ForeachMode.Multifield ? ForField("a", ["b", "c", "d"]) : ForItem() ?? ForItem("a", 0)).Commands;

    /// <summary>The commands for one field.</summary>
    internal Pipeline ForField(string field, string[] captures)
    {
        string Value(string token) => token switch
        {
            "FIELD" => field,
            "MATCHSTR" => captures.Length == 0 ? field : string.Concat(captures),
            _ => token[^1] - '1' is var index && index < captures.Length ? captures[index] : "",
        };
        return PipelineParser.Parse("| " + Fill(Value));
    }

    /// <summary>The commands for any item, which they read from fields; null if the item is part of a name.</summary>
    internal Pipeline? ForItem() => NamedByItem().IsMatch(Strings().Replace(Text, "\"\"")) ? null : PipelineParser.Parse("| " + WithFields());

    /// <summary>The commands for one item, where it is part of a name.</summary>
    internal Pipeline ForItem(string item, int place)
    {
        string Value(string token) => token == "ITER" ? place.ToString(System.Globalization.CultureInfo.InvariantCulture) : item;
        var names = NamedByItem().Replace(Text, name => Tokens().Replace(name.Value, token => NoNameCharacter().Replace(Value(token.Groups[1].Value), "_")));
        return PipelineParser.Parse("| " + new ForeachTemplate(names).WithFields());
    }

    public override string ToString() => Text;

    [GeneratedRegex("<<([A-Za-z0-9_]+)>>")]
    private static partial Regex Tokens();

    private static SourceSpan PlaceOf(CommandReader reader, SourceSpan span, string token)
    {
        var at = reader.Text.IndexOf(token, span.Start, span.Length, StringComparison.Ordinal);
        return at < 0 ? span : new SourceSpan(at, token.Length);
    }

    private void Check(CommandReader reader, SourceSpan span, ForeachMode mode)
    {
        try
        {
            var commands = Sample(mode);
            if (mode != ForeachMode.Multifield && commands is not [Eval])
            {
                throw reader.Fail("SPL0175", "foreach over values or elements takes one eval", span, "write several assignments in it: eval a=…, b=…");
            }

            if (commands.OfType<IHoldsPipelines>().Any(c => c.Pipelines.Any()))
            {
                throw reader.Fail("SPL0175", "a subsearch cannot stand in foreach", span, "put its value into a field before: eval least=[search … | return $n]");
            }

            if (commands.FirstOrDefault(c => c is not IRowWise) is { } command)
            {
                throw reader.Fail("SPL0175", $"{command.Spec.Name} needs all rows, so it cannot stand in foreach", span, "use eval, where, rename, fillnull or another command that handles each row on its own");
            }
        }
        catch (SplException mistake) when (mistake.Diagnostics[0].Code != "SPL0175")
        {
            throw reader.Fail(mistake.Diagnostics[0].Code, $"in the template of foreach: {mistake.Diagnostics[0].Message}", span, mistake.Diagnostics[0].Hint);
        }
    }

    /// <summary>Replaces tokens as text: inside quotes with that quote escaped, alone outside of quotes as a quoted name where it needs that.</summary>
    private string Fill(Func<string, string> value)
    {
        var text = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < Text.Length; i++)
        {
            var c = Text[i];
            if (c == '\\' && i + 1 < Text.Length)
            {
                text.Append(c).Append(Text[++i]);
                continue;
            }

            if (c == '<' && Tokens().Match(Text, i) is { Success: true } token && token.Index == i)
            {
                text.Append(Written(value(token.Groups[1].Value), quote, i, token.Length));
                i += token.Length - 1;
                continue;
            }

            quote = quote == '\0' && c is '"' or '\'' ? c : c == quote ? '\0' : quote;
            text.Append(c);
        }

        return text.ToString();
    }

    private string Written(string value, char quote, int at, int length)
    {
        if (quote != '\0')
        {
            return value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(quote.ToString(), $"\\{quote}", StringComparison.Ordinal);
        }

        var standsAlone = (at == 0 || !IsNameCharacter(Text[at - 1])) && (at + length == Text.Length || !IsNameCharacter(Text[at + length]));
        return standsAlone && !value.All(char.IsAsciiDigit) ? Quote.EvalField(value) : value;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '<' or '>';

    /// <summary>Makes items fields: alone, in quotes, or joined to the rest of a string.</summary>
    private string WithFields()
    {
        var text = Strings().Replace(Text, literal =>
        {
            var parts = Tokens().Replace(literal.Value, token => $"\" . '{token.Value}' . \"");
            return parts == literal.Value ? parts : $"({parts})".Replace("(\"\" . ", "(", StringComparison.Ordinal).Replace(" . \"\")", ")", StringComparison.Ordinal);
        });
        return BareTokens().Replace(text, "'$0'");
    }

    /// <summary>An item that touches other characters of a name, or stands with others in single quotes.</summary>
    [GeneratedRegex("'[^']*<<IT(?:EM|ER)>>[^']+'|'[^']+<<IT(?:EM|ER)>>[^']*'|[A-Za-z0-9_]+<<IT(?:EM|ER)>>[A-Za-z0-9_]*|<<IT(?:EM|ER)>>[A-Za-z0-9_]+")]
    private static partial Regex NamedByItem();

    [GeneratedRegex("[^A-Za-z0-9_.:-]")]
    private static partial Regex NoNameCharacter();

    [GeneratedRegex("(?<!')<<IT(?:EM|ER)>>(?!')")]
    private static partial Regex BareTokens();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Strings();
}
