using System.Net;

namespace Saker.Spl.Scanning;

/// <summary>
/// An element of XML text: <c>&lt;a id="1"&gt;text&lt;/a&gt;</c>. Names keep their prefixes. Nothing is fetched and no entity but characters is replaced: a
/// document type with entities of its own is not read.
/// </summary>
internal sealed class XmlTree(string text, string name)
{
    private const int Deepest = 500;
    private readonly List<(int Start, int End, bool IsPlain)> texts = [];
    private int innerStart;
    private int innerEnd;

    public string Name => name;

    public List<(string Name, string Value)> Attributes { get; } = [];

    public List<XmlTree> Children { get; } = [];

    /// <summary>Its own text, without that of the elements in it.</summary>
    public string Text => string.Concat(texts.Select(t => t.IsPlain ? text[t.Start..t.End] : Decode(text.AsSpan(t.Start, t.End - t.Start)))).Trim();

    /// <summary>What stands between its tags, as it stands.</summary>
    public string Inner => text[innerStart..innerEnd].Trim();

    /// <summary>The elements at the top; null where the text is not well-formed or nests deeper than 500.</summary>
    public static List<XmlTree>? Parse(string text)
    {
        var root = new XmlTree(text, "");
        var open = new Stack<XmlTree>([root]);
        for (var at = 0; at < text.Length;)
        {
            var less = text.IndexOf('<', at);
            var end = less < 0 ? text.Length : less;
            if (end > at)
            {
                open.Peek().texts.Add((at, end, false));
            }

            if (less < 0)
            {
                break;
            }

            at = Markup(text, less, open);
            if (at < 0)
            {
                return null;
            }
        }

        return open.Count == 1 ? root.Children : null;
    }

    /// <summary>Character references as the characters they stand for.</summary>
    public static string Decode(ReadOnlySpan<char> text) => text.Contains('&') ? WebUtility.HtmlDecode(text.ToString()) : text.ToString();

    /// <summary>Whether a name may have the character; blanks, signs and brackets end it.</summary>
    public static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or ':' or '.' or '-' or '·' || char.IsSurrogate(c);

    /// <summary>Where what begins with <c>&lt;</c> ends; -1 where it is none.</summary>
    private static int Markup(string text, int less, Stack<XmlTree> open)
    {
        var rest = text.AsSpan(less);
        if (rest.StartsWith("<!--"))
        {
            return After(text, "-->", less + 4);
        }

        if (rest.StartsWith("<![CDATA["))
        {
            var after = After(text, "]]>", less + 9);
            if (after >= 0)
            {
                open.Peek().texts.Add((less + 9, after - 3, true));
            }

            return after;
        }

        if (rest.StartsWith("<?"))
        {
            return After(text, "?>", less + 2);
        }

        if (rest.StartsWith("<!"))
        {
            var after = After(text, ">", less + 2);
            return after < 0 || text.AsSpan(less, after - less).Contains('[') ? -1 : after;
        }

        return rest.StartsWith("</") ? Close(text, less, open) : Open(text, less, open);
    }

    private static int After(string text, string end, int from) => text.IndexOf(end, Math.Min(from, text.Length), StringComparison.Ordinal) is var at and >= 0 ? at + end.Length : -1;

    private static int Close(string text, int less, Stack<XmlTree> open)
    {
        var nameEnd = NameEnd(text, less + 2);
        var at = SkipSpace(text, nameEnd);
        if (at >= text.Length || text[at] != '>' || open.Count == 1 || !text.AsSpan(less + 2, nameEnd - less - 2).SequenceEqual(open.Peek().Name))
        {
            return -1;
        }

        open.Pop().innerEnd = less;
        return at + 1;
    }

    private static int Open(string text, int less, Stack<XmlTree> open)
    {
        var at = NameEnd(text, less + 1);
        if (at == less + 1 || open.Count > Deepest)
        {
            return -1;
        }

        var element = new XmlTree(text, text[(less + 1)..at]);
        open.Peek().Children.Add(element);
        while (true)
        {
            at = SkipSpace(text, at);
            if (at >= text.Length)
            {
                return -1;
            }

            if (text[at] == '>')
            {
                element.innerStart = element.innerEnd = at + 1;
                open.Push(element);
                return at + 1;
            }

            if (text[at] == '/')
            {
                element.innerStart = element.innerEnd = at;
                return at + 1 < text.Length && text[at + 1] == '>' ? at + 2 : -1;
            }

            at = Attribute(text, at, element);
            if (at < 0)
            {
                return -1;
            }
        }
    }

    private static int Attribute(string text, int start, XmlTree element)
    {
        var nameEnd = NameEnd(text, start);
        var at = SkipSpace(text, nameEnd);
        if (nameEnd == start || at >= text.Length || text[at] != '=')
        {
            return -1;
        }

        at = SkipSpace(text, at + 1);
        if (at >= text.Length || text[at] is not ('"' or '\''))
        {
            return -1;
        }

        var close = text.IndexOf(text[at], at + 1);
        if (close >= 0)
        {
            element.Attributes.Add((text[start..nameEnd], Decode(text.AsSpan(at + 1, close - at - 1))));
        }

        return close < 0 ? -1 : close + 1;
    }

    private static int NameEnd(string text, int at)
    {
        while (at < text.Length && IsNameCharacter(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
