using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>
/// Expands <c>`macros`</c> as text, before parsing, and drops <c>```comments```</c>. Nested macros expand too; a macro that
/// comes back to itself, an unknown one and a wrong number of arguments are errors with the places of the whole chain.
/// </summary>
public sealed class MacroExpander
{
    private const int DeepestNesting = 64;
    private const int LongestExpansion = 4 << 20;
    private const int MostExpansions = 10_000;

    // The end of a macro call that is not closed: a mistake was reported, and what follows cannot be told apart from it.
    private const int Broken = int.MaxValue;

    private readonly MacroTable macros;
    private readonly ExpandedSource output;
    private readonly List<string> used = [];
    private readonly List<Diagnostic> diagnostics = [];

    private MacroExpander(SourceText source, MacroTable macros)
    {
        this.macros = macros;
        output = new ExpandedSource(source);
    }

    /// <summary>Expands a search.</summary>
    /// <exception cref="SplException">A macro is unknown, recursive, called with a wrong number of arguments or not closed.</exception>
    public static ExpandedSource Expand(SourceText search, MacroTable macros) => Expand(search, macros, out _);

    /// <summary>Expands a search and tells the names of the macros it used, nested ones included.</summary>
    public static ExpandedSource Expand(SourceText search, MacroTable macros, out IReadOnlyList<string> used)
    {
        var expander = new MacroExpander(search, macros);
        expander.ExpandText(search, [], null);
        used = [.. expander.used.Distinct()];
        if (expander.diagnostics.Count > 0)
        {
            throw new SplException(expander.diagnostics);
        }

        return expander.output;
    }

    private void ExpandText(SourceText source, Dictionary<string, string> arguments, MacroCall? call)
    {
        var text = source.Content;
        var copied = 0;
        var (quoted, inMap) = (false, false);
        for (var i = 0; i < text.Length;)
        {
            // Nothing is expanded inside quotes (macros.conf) but a macro's own arguments, and the search that map runs later.
            var isQuote = text[i] == '"' && !IsEscaped(text, i);
            inMap = isQuote ? !quoted && IsMapSearch(text, i) : inMap;
            quoted ^= isQuote;
            if (inMap && text[i] == '`' && MapMacroEnd(text, i) is var close and > 0)
            {
                output.Append(source, copied, i - copied, call);
                ExpandMapMacro(source, SourceSpan.Between(i, close), arguments, call);
                copied = i = close;
                continue;
            }

            var end = text[i] switch
            {
                not '$' when quoted => i,
                '`' when text.AsSpan(i).StartsWith("```") => CommentEnd(source, i, call),
                '/' when call is not null && text.AsSpan(i).StartsWith("/*") => BlockCommentEnd(text, i),
                '`' => MacroEnd(source, i, call),
                '$' => ArgumentEnd(text, i, arguments),
                _ => i,
            };
            if (end == Broken)
            {
                break;
            }

            if (end <= i)
            {
                i++;
                continue;
            }

            output.Append(source, copied, i - copied, call);
            ReplacePiece(source, i, end, arguments, call);
            copied = i = end;
        }

        output.Append(source, copied, text.Length - copied, call);
    }

    /// <summary>Whether the quote at this place opens the search of map: <c>| map search="…"</c>.</summary>
    private static bool IsMapSearch(string text, int quote)
    {
        var before = text.AsSpan(0, quote).TrimEnd();
        if (!before.EndsWith("=") || !before[..^1].TrimEnd().EndsWith("search", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var command = before[(before.LastIndexOfAny('|', '[') + 1)..].TrimStart();
        return command.StartsWith("map", StringComparison.OrdinalIgnoreCase) && command.Length > 3 && char.IsWhiteSpace(command[3]);
    }

    /// <summary>The end of a known macro's use in the search of map; 0 if the backtick is only a character.</summary>
    private int MapMacroEnd(string text, int open)
    {
        var close = text.IndexOf('`', open + 1);
        if (close < 0)
        {
            return 0;
        }

        var (name, arguments) = SplitCall(Unescape(text[(open + 1)..close]));
        return macros.Find(name, arguments.Count) is null ? 0 : close + 1;
    }

    /// <summary>Expands a macro in the search of map; the expansion's quotes are escaped, so that the string stays one.</summary>
    private void ExpandMapMacro(SourceText source, SourceSpan span, Dictionary<string, string> arguments, MacroCall? call)
    {
        var inside = Substitute(Unescape(source.Content.AsSpan(span.Start + 1, span.Length - 2).ToString()), arguments);
        var expander = new MacroExpander(new SourceText(source.Name, $"`{inside}`"), macros);
        expander.ExpandText(expander.output.Root, [], call);
        used.AddRange(expander.used);
        foreach (var mistake in expander.diagnostics)
        {
            Report(mistake.Code, mistake.Message, source, span, call, mistake.Hint);
        }

        var text = expander.output.Text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        output.AppendReplacement(text, source, span.Start, span.Length, call);
    }

    private static string Unescape(string text) => text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    private static bool IsEscaped(string text, int at)
    {
        var slashes = 0;
        while (at > slashes && text[at - slashes - 1] == '\\')
        {
            slashes++;
        }

        return slashes % 2 == 1;
    }

    private void ReplacePiece(SourceText source, int start, int end, Dictionary<string, string> arguments, MacroCall? call)
    {
        var text = source.Content;
        if (text[start] == '$')
        {
            output.AppendReplacement(arguments[text[(start + 1)..(end - 1)]], source, start, end - start, call);
        }
        else if (text[start] == '`' && !text.AsSpan(start).StartsWith("```"))
        {
            ExpandMacro(source, SourceSpan.Between(start, end), arguments, call);
        }
        else
        {
            output.AppendReplacement(" ", source, start, end - start, call);
        }
    }

    private void ExpandMacro(SourceText source, SourceSpan span, Dictionary<string, string> outerArguments, MacroCall? outer)
    {
        var inside = source.Content.AsSpan(span.Start + 1, span.Length - 2).ToString();
        var (name, arguments) = SplitCall(Substitute(inside, outerArguments));
        var call = new MacroCall(name, source, span, outer);
        used.Add(name);
        var macro = macros.Find(name, arguments.Count) ?? DefaultFilter(name, arguments.Count);
        if (macro is null)
        {
            ReportUnknown(name, arguments.Count, source, span, outer);
            return;
        }

        if (call.Depth > DeepestNesting || output.TextLength > LongestExpansion || used.Count > MostExpansions)
        {
            Report("SPL0206", "the macros of this search expand to too much", source, span, outer, $"at most {MostExpansions:#,0} macros, {DeepestNesting} deep, {LongestExpansion >> 20} MB of text");
            throw new SplException(diagnostics);
        }

        if (IsRecursive(call))
        {
            Report("SPL0203", $"macro `{name}` expands to itself", source, span, outer, "a macro's definition must not lead back to the macro");
            return;
        }

        if (macro.IsEval)
        {
            ExpandEvalMacro(macro, arguments, source, span, call);
            return;
        }

        var bound = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            bound[macro.Arguments[i]] = arguments[i];
        }

        ExpandText(macro.Definition, bound, call);
    }

    private void ExpandEvalMacro(Macro macro, List<string> arguments, SourceText source, SourceSpan span, MacroCall call)
    {
        var definition = macro.Definition.Content;
        for (var i = 0; i < arguments.Count; i++)
        {
            definition = definition.Replace($"${macro.Arguments[i]}$", arguments[i], StringComparison.Ordinal);
        }

        var expression = EvalParser.Parse(ExpandedSource.Plain(new SourceText(macro.Definition.Name, definition)));
        output.AppendReplacement(Execution.EvalCompiler.EvaluateConstant(expression).Text, source, span.Start, span.Length, call.Outer);
    }

    /// <summary>A detection's filter macro that nobody defined lets everything through.</summary>
    private static Macro? DefaultFilter(string name, int arity) =>
        arity == 0 && name.EndsWith("_filter", StringComparison.Ordinal) ? new Macro(name, [], new SourceText($"macro `{name}`", "search *")) : null;

    private static bool IsRecursive(MacroCall call)
    {
        for (var outer = call.Outer; outer is not null; outer = outer.Outer)
        {
            if (outer.Name == call.Name)
            {
                return true;
            }
        }

        return false;
    }

    private void ReportUnknown(string name, int arity, SourceText source, SourceSpan span, MacroCall? outer)
    {
        var arities = macros.Arities(name);
        if (arities.Count > 0)
        {
            Report(
                "SPL0202",
                $"macro `{name}` takes {string.Join(" or ", arities)} argument{(arities is [1] ? "" : "s")}, not {arity}",
                source, span, outer, null);
            return;
        }

        var near = Suggestion.Nearest(name, macros.All.Select(m => m.Name));
        Report("SPL0201", $"unknown macro `{name}`", source, span, outer, near is null ? "define it in a macros/*.yml of a content directory" : $"did you mean `{near}`?");
    }

    private void Report(string code, string message, SourceText source, SourceSpan span, MacroCall? call, string? hint)
    {
        var via = new List<DiagnosticPlace>();
        for (var outer = call; outer is not null; outer = outer.Outer)
        {
            via.Add(new DiagnosticPlace($"in macro `{outer.Name}`, used here", outer.Source, outer.Span));
        }

        diagnostics.Add(new Diagnostic(code, Severity.Error, message, source, span, hint) { Via = via });
    }

    private int CommentEnd(SourceText source, int start, MacroCall? call)
    {
        var end = source.Content.IndexOf("```", start + 3, StringComparison.Ordinal);
        if (end < 0)
        {
            Report("SPL0204", "this comment is not closed", source, new SourceSpan(start, 3), call, "close it with ```");
            return source.Content.Length;
        }

        return end + 3;
    }

    private static int BlockCommentEnd(string text, int start)
    {
        var end = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        return end < 0 ? start : end + 2;
    }

    private int MacroEnd(SourceText source, int start, MacroCall? call)
    {
        var text = source.Content;
        var i = start + 1;
        while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '-' or ':' or '.'))
        {
            i++;
        }

        if (i == start + 1 || i >= text.Length || text[i] is not ('`' or '('))
        {
            Report("SPL0205", "a macro's name is expected after the backtick, and a closing backtick", source, new SourceSpan(start, 1), call, "write `name` or `name(argument)`");
            return Broken;
        }

        var hasArguments = text[i] == '(';
        var inQuotes = false;
        for (; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (text[i] == '`' && !inQuotes)
            {
                if (hasArguments && text.AsSpan(start, i - start).TrimEnd()[^1] != ')')
                {
                    Report("SPL0205", "the arguments of this macro are not closed", source, SourceSpan.Between(start, i + 1), call, "write `name(argument, argument)`");
                    return Broken;
                }

                return i + 1;
            }
        }

        Report("SPL0205", "this macro is not closed", source, new SourceSpan(start, 1), call, "close it with a backtick");
        return Broken;
    }

    private static int ArgumentEnd(string text, int start, Dictionary<string, string> arguments)
    {
        if (arguments.Count == 0)
        {
            return start;
        }

        var end = text.IndexOf('$', start + 1);
        return end > 0 && arguments.ContainsKey(text[(start + 1)..end]) ? end + 1 : start;
    }

    private static string Substitute(string text, Dictionary<string, string> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            text = text.Replace($"${name}$", value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Splits <c>name(a, "b, c", f(x))</c>; quotes around a whole argument are dropped.</summary>
    private static (string Name, List<string> Arguments) SplitCall(string call)
    {
        var open = call.IndexOf('(');
        if (open < 0)
        {
            return (call.Trim(), []);
        }

        var name = call[..open].Trim();
        var close = call.LastIndexOf(')');
        var inside = close > open ? call[(open + 1)..close] : call[(open + 1)..];
        var arguments = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var i = 0; i <= inside.Length; i++)
        {
            if (i == inside.Length || (inside[i] == ',' && depth == 0 && !quoted))
            {
                arguments.Add(Unquote(inside[start..i].Trim()));
                start = i + 1;
                continue;
            }

            switch (inside[i])
            {
                case '\\': i++; break;
                case '"': quoted = !quoted; break;
                case '(' when !quoted: depth++; break;
                case ')' when !quoted: depth--; break;
                default: break;
            }
        }

        return (name, arguments is [""] ? [] : arguments);
    }

    private static string Unquote(string argument) =>
        argument.Length >= 2 && argument[0] == '"' && argument[^1] == '"'
            ? argument[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)
            : argument;
}
