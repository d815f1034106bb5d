using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Text functions.</summary>
internal static class TextFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.OfText("lower", "lower(text)", "The text in lower case.", t => Value.Of(t.ToLowerInvariant())),
        FunctionSpec.OfText("upper", "upper(text)", "The text in upper case.", t => Value.Of(t.ToUpperInvariant())),
        FunctionSpec.OfText("len", "len(text)", "The number of characters.", t => Value.Of(t.EnumerateRunes().Count())),
        FunctionSpec.Of("substr", 2, 3, "substr(text, start, length)", "A part of the text; the first character is 1, a negative start counts from the end.", Substring),
        new("replace", 3, 3, "replace(text, regex, replacement)", "The text with every match replaced; \\1 is the first group.")
        {
            Compile = (call, compiler) =>
            {
                var text = compiler.Compile(call.Arguments[0]);
                var regex = compiler.Regex(call.Arguments[1]);
                var replacement = compiler.Compile(call.Arguments[2]);
                return row =>
                {
                    var value = text(row);
                    if (value.IsNull || regex(row) is not { } expression)
                    {
                        return Value.Null;
                    }

                    var with = RegexText.Replacement(replacement(row).Text);
                    return Value.OfMany(Array.ConvertAll(value.Values.ToArray(), v => Value.Of(expression.Replace(v.Text, with))));
                };
            },
        },
        FunctionSpec.Of("trim", 1, 2, "trim(text, characters)", "The text without the characters (white space by default) at both ends.", v =>
            v[0].IsNull ? Value.Null : Value.Of(v.Length == 1 ? v[0].Text.Trim(' ', '\t') : v[0].Text.Trim(v[1].Text.ToCharArray()))),
        FunctionSpec.Of("ltrim", 1, 2, "ltrim(text, characters)", "The text without the characters at its start.", v =>
            v[0].IsNull ? Value.Null : Value.Of(v.Length == 1 ? v[0].Text.TrimStart(' ', '\t') : v[0].Text.TrimStart(v[1].Text.ToCharArray()))),
        FunctionSpec.Of("rtrim", 1, 2, "rtrim(text, characters)", "The text without the characters at its end.", v =>
            v[0].IsNull ? Value.Null : Value.Of(v.Length == 1 ? v[0].Text.TrimEnd(' ', '\t') : v[0].Text.TrimEnd(v[1].Text.ToCharArray()))),
    ];

    private static Value Substring(Value[] v)
    {
        var length = double.MaxValue;
        if (v[0].IsNull || !v[1].TryGetNumber(out var start) || (v.Length == 3 && !v[2].TryGetNumber(out length)))
        {
            return Value.Null;
        }

        var text = v[0].Text;
        var from = start > 0 ? (long)start - 1 : start < 0 ? text.Length + (long)start : 0;
        var to = length < 0 ? from : Math.Min(text.Length, from + (long)Math.Min(length, int.MaxValue));
        from = Math.Clamp(from, 0, text.Length);
        return Value.Of(to <= from ? "" : text[(int)from..(int)to]);
    }
}
