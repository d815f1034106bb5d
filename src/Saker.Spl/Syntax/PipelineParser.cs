using Saker.Spl.Commands;
using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>Splits a search at its pipes and lets each command parse its own part. All commands' mistakes are reported at once.</summary>
public sealed class PipelineParser
{
    private const int DeepestSubsearch = 16;
    private const int MostCommands = 500;

    private readonly List<Diagnostic> diagnostics = [];
    private int depth;

    private PipelineParser(ExpandedSource source) => Source = source;

    internal ExpandedSource Source { get; }

    internal string Text => Source.Text;

    /// <summary>Parses a search whose macros are expanded.</summary>
    /// <exception cref="SplException">With every mistake found.</exception>
    public static Pipeline Parse(ExpandedSource source)
    {
        var parser = new PipelineParser(source);
        var pipeline = parser.ParsePipeline(new SourceSpan(0, source.Text.Length), isSubsearch: false);
        return parser.diagnostics.Count > 0 ? throw new SplException(parser.diagnostics) : pipeline;
    }

    /// <summary>Expands macros, then parses.</summary>
    public static Pipeline Parse(SourceText search, MacroTable macros) => Parse(MacroExpander.Expand(search, macros));

    /// <summary>Parses a search without macros of its own.</summary>
    public static Pipeline Parse(string search) => Parse(new SourceText("search", search), new MacroTable());

    internal Pipeline ParsePipeline(SourceSpan span, bool isSubsearch)
    {
        if (++depth > DeepestSubsearch)
        {
            throw new SplException(Source.Diagnose("SPL0106", "subsearches are nested too deeply", span));
        }

        var commands = new List<ICommand>();
        var parts = SplitAtPipes(span);
        if (parts.Count > MostCommands)
        {
            throw new SplException(Source.Diagnose("SPL0106", $"the search has more than {MostCommands} commands", parts[MostCommands], "split it into several searches"));
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var part = Trim(parts[i]);
            if (part.Length == 0 && i > 0 && i + 1 < parts.Count && parts[i].Length == 0)
            {
                diagnostics.Add(Source.Diagnose("SPL0126", "`||` is no operator", new SourceSpan(parts[i].Start - 1, 2), "write OR; a single | begins a command"));
                break;
            }

            if (part.Length == 0)
            {
                if (i > 0 || parts.Count == 1)
                {
                    ReportEmpty(parts[i], parts.Count == 1);
                }

                continue;
            }

            try
            {
                // A subsearch may leave out both its first pipe and the word search: [ mstats … ], [ a=b ].
                commands.Add(i == 0 && !(isSubsearch && StartsWithCommand(part)) ? ParseImplicitSearch(part) : ParseCommand(part));
            }
            catch (SplException mistake)
            {
                diagnostics.AddRange(mistake.Diagnostics);
            }
        }

        depth--;
        CheckPositions(commands);
        return new Pipeline(commands);
    }

    internal int FindClosingBracket(int open, int end)
    {
        var nesting = 0;
        for (var i = open; i < end; i++)
        {
            switch (Text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    i = SkipQuotes(i, end);
                    break;
                case '[':
                    nesting++;
                    break;
                case ']' when --nesting == 0:
                    return i;
                default:
                    break;
            }
        }

        throw new SplException(Source.Diagnose("SPL0107", "this bracket is not closed", new SourceSpan(open, 1), "close the subsearch with ]"));
    }

    private void ReportEmpty(SourceSpan part, bool wholeIsEmpty) => diagnostics.Add(Source.Diagnose(
        "SPL0108",
        wholeIsEmpty ? "the search is empty" : "a command is expected after the pipe",
        new SourceSpan(Math.Max(0, part.Start - 1), 1),
        wholeIsEmpty ? "write * for everything" : "take the pipe away, or write a command such as `| head 10`"));

    private void CheckPositions(List<ICommand> commands)
    {
        for (var i = 1; i < commands.Count; i++)
        {
            if (commands[i] is IGenerates { MustBeFirst: true })
            {
                diagnostics.Add(Source.Diagnose("SPL0109", $"{commands[i].Spec.Name} must be the first command of a search", commands[i].Span));
            }
        }
    }

    private ICommand ParseImplicitSearch(SourceSpan part)
    {
        var reader = new CommandReader(this, part);
        return reader.TryKeyword("search") && !IsComparison(reader) ? Search.Spec.Parse(reader) : Search.Spec.Parse(new CommandReader(this, part));
    }

    private static bool IsComparison(CommandReader reader) => reader.Peek() is '=' or '!' or '<' or '>';

    private bool StartsWithCommand(SourceSpan part)
    {
        var word = FirstWord(part);
        var after = part.Start + word.Length;
        while (after < part.End && char.IsWhiteSpace(Text[after]))
        {
            after++;
        }

        return CommandTable.Find(word) is not null && !(after < part.End && Text[after] is '=' or '!' or '<' or '>');
    }

    private string FirstWord(SourceSpan part)
    {
        var i = part.Start;
        while (i < part.End && (char.IsAsciiLetterOrDigit(Text[i]) || Text[i] == '_'))
        {
            i++;
        }

        return Text[part.Start..i].ToLowerInvariant();
    }

    private ICommand ParseCommand(SourceSpan part)
    {
        var word = FirstWord(part);
        var nameSpan = new SourceSpan(part.Start, Math.Max(1, word.Length));
        if (word.Length == 0)
        {
            throw new SplException(Source.Diagnose("SPL0108", "a command is expected after the pipe", nameSpan));
        }

        if (CommandTable.Refusal(word) is { } refusal)
        {
            throw new SplException(Source.Diagnose("SPL0112", $"the command `{word}` is not supported: {refusal.Reason}", nameSpan, refusal.Hint));
        }

        if (CommandTable.Find(word) is not { } spec)
        {
            throw new SplException(CommandTable.IsKnownInSplunk(word)
                ? Source.Diagnose("SPL0111", $"the command `{word}` is not supported yet", nameSpan, CommandTable.Alternative(word))
                : Source.Diagnose("SPL0110", $"unknown command `{word}`", nameSpan, Hint(part, word)));
        }

        var reader = new CommandReader(this, part);
        reader.Seek(part.Start + word.Length);
        try
        {
            return spec.Parse(reader);
        }
        catch (SplException mistake)
        {
            // What does not say itself what to do is told the command's form.
            throw new SplException([.. mistake.Diagnostics.Select(d => d.Hint is null ? d with { Hint = spec.Synopsis } : d)]);
        }
    }

    private string Hint(SourceSpan part, string word)
    {
        var after = part.Start + word.Length;
        while (after < part.End && (char.IsWhiteSpace(Text[after]) || Text[after] is '.' or '{' or '}'))
        {
            after++;
        }

        if (after < part.End && Text[after] is '=' or '<' or '>' or '!')
        {
            var condition = Text[part.Start..part.End].Split('\n')[0];
            return $"to filter write `| search {(condition.Length > 40 ? condition[..40] + "…" : condition)}`";
        }

        return Suggestion.Nearest(word, CommandTable.All.Select(s => s.Name)) is { } near ? $"did you mean `{near}`?"
            : Habits.Command(word) ?? (Suggestion.Nearest(word, CommandTable.KnownInSplunk) is { } known ? $"did you mean `{known}`?" : "see `saker help commands` for the list");
    }

    private List<SourceSpan> SplitAtPipes(SourceSpan span)
    {
        var parts = new List<SourceSpan>();
        var start = span.Start;
        for (var i = span.Start; i < span.End; i++)
        {
            switch (Text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    i = SkipQuotes(i, span.End);
                    break;
                case '[' when LooksLikeSubsearch(i, span.End) || TakesBrackets(start, span.End):
                    i = FindClosingBracket(i, span.End);
                    break;
                case '|':
                    parts.Add(SourceSpan.Between(start, i));
                    start = i + 1;
                    break;
                default:
                    break;
            }
        }

        parts.Add(SourceSpan.Between(start, span.End));
        return parts;
    }

    /// <summary>Whether the command that begins here takes a search in brackets, so that one right after a word (<c>join host[…]</c>) opens it.</summary>
    private bool TakesBrackets(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(Text[start]))
        {
            start++;
        }

        return CommandTable.Find(FirstWord(SourceSpan.Between(start, end))) is { TakesSubsearch: true };
    }

    /// <summary>A bracket inside a word (an unquoted regular expression, <c>a[0]</c>) opens no subsearch, unless a pipe follows: <c>type=inner[| …]</c>.</summary>
    private bool LooksLikeSubsearch(int open, int end) =>
        Text.AsSpan(open + 1, end - open - 1).TrimStart().StartsWith('|')
        || ((open == 0 || char.IsWhiteSpace(Text[open - 1]) || Text[open - 1] is '(' or '[' or '=' or ',' or '<' or '>' || EndsWithWord(open, "NOT") || EndsWithWord(open, "OR") || EndsWithWord(open, "AND"))
            && open + 1 < end);

    private bool EndsWithWord(int end, string word) =>
        end > word.Length && string.CompareOrdinal(Text, end - word.Length, word, 0, word.Length) == 0 && (char.IsWhiteSpace(Text[end - word.Length - 1]) || Text[end - word.Length - 1] == '(');

    /// <summary>The index of the closing quote; an unclosed quote runs to the end and is reported by the command.</summary>
    private int SkipQuotes(int open, int end)
    {
        for (var i = open + 1; i < end; i++)
        {
            if (Text[i] == '\\')
            {
                i++;
            }
            else if (Text[i] == '"')
            {
                return i;
            }
        }

        return end;
    }

    private SourceSpan Trim(SourceSpan span)
    {
        var (start, end) = (span.Start, span.End);
        while (start < end && char.IsWhiteSpace(Text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(Text[end - 1]))
        {
            end--;
        }

        return SourceSpan.Between(start, end);
    }
}
