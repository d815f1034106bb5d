using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>Text functions. Characters are code points; of a multivalue each value is taken on its own.</summary>
internal static class TextFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.OfText("lower", "lower(text)", "The text in lower case.", t => Value.Of(t.ToLowerInvariant())),
        FunctionSpec.OfText("upper", "upper(text)", "The text in upper case.", t => Value.Of(t.ToUpperInvariant())),
        FunctionSpec.OfText("len", "len(text)", "The number of characters.", t => Value.Of(t.EnumerateRunes().Count())),
        FunctionSpec.OfEach("substr", 2, 3, "substr(text, start, length)", "A part of the text; the first character is 1, a negative start counts from the end.", Substring),
        new("replace", 3, 3, "replace(text, regex, replacement)", "The text with every match replaced; \\1 is the first group.") { Compile = CompileReplace },
        FunctionSpec.OfEach("trim", 1, 2, "trim(text, characters)", "The text without the characters (blanks and tabs by default) at both ends.", (text, v) => Trim(text, v, (t, c) => t.Trim(c))),
        FunctionSpec.OfEach("ltrim", 1, 2, "ltrim(text, characters)", "The text without the characters at its start.", (text, v) => Trim(text, v, (t, c) => t.TrimStart(c))),
        FunctionSpec.OfEach("rtrim", 1, 2, "rtrim(text, characters)", "The text without the characters at its end.", (text, v) => Trim(text, v, (t, c) => t.TrimEnd(c))),
        FunctionSpec.OfText("urldecode", "urldecode(text)", "The text with %41 and the like decoded.", t => Value.Of(Uri.UnescapeDataString(t))),
        FunctionSpec.Of("spath", 2, 2, "spath(json, path)", "The values at a path such as spec.containers{}.image.", v =>
            v[1].IsNull || JsonTree.ParseContainer(v[0].First.Text) is not { } tree ? Value.Null
                : Value.OfMany([.. JsonPath.Parse(v[1].Text).Find(tree).Select(found => found.Kind == JsonKind.Null ? Value.Of("null") : found.ToValue())])),
    ];

    private static Value Trim(Value text, Value[] v, Func<string, char[], string> trim) =>
        v.Length == 2 && v[1].IsNull ? Value.Null : Value.Of(trim(text.Text, v.Length == 1 ? [' ', '\t'] : v[1].Text.ToCharArray()));

    private static Value Substring(Value value, Value[] v)
    {
        var length = double.MaxValue;
        if (!v[1].TryGetNumber(out var start) || (v.Length == 3 && !v[2].TryGetNumber(out length)))
        {
            return Value.Null;
        }

        var text = value.Text;
        var count = HasPairs(text) ? text.EnumerateRunes().Count() : text.Length;
        var from = start > 0 ? Math.Floor(start) - 1 : start < 0 ? count + Math.Ceiling(start) : 0;
        var to = length < 0 ? from : Math.Min(count, from + Math.Floor(length));
        from = Math.Clamp(from, 0, count);
        return Value.Of(to <= from ? "" : HasPairs(text) ? string.Concat(text.EnumerateRunes().Skip((int)from).Take((int)(to - from))) : text[(int)from..(int)to]);
    }

    private static bool HasPairs(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;

    private static Evaluator CompileReplace(EvalCall call, EvalCompiler compiler)
    {
        var text = compiler.Compile(call.Arguments[0]);
        var regex = compiler.Regex(call.Arguments[1]);
        var replacement = compiler.Compile(call.Arguments[2]);
        return row =>
        {
            var value = text(row);
            if (value.IsNull || regex(row) is not { } expression || replacement(row) is not { IsNull: false } with)
            {
                return Value.Null;
            }

            var pattern = RegexText.Replacement(with.Text);
            return Value.OfMany(Array.ConvertAll(value.Values.ToArray(), v => Value.Of(Replace(expression, v.Text, pattern))));
        };
    }

    private static string Replace(System.Text.RegularExpressions.Regex regex, string text, string with)
    {
        if ((text.Length + 1L) * (with.Length + 1L) > Growing.LongestText)
        {
            Growing.CheckText(text.Length + (regex.Count(text) * (long)with.Length));
        }

        return regex.Replace(text, with);
    }
}
