using Saker.Spl.Text;
using YamlDotNet.Core;

namespace Saker.Content.Yaml;

/// <summary>
/// Maps an offset of a scalar's value to the offset in the file, by walking both texts: a folded scalar loses its line breaks and
/// indentation, a quoted one its escapes. Made when the first diagnostic asks.
/// </summary>
internal sealed class ScalarMap
{
    private readonly YamlScalar scalar;
    private readonly string file;
    private readonly Lazy<int[]> offsets;

    private ScalarMap(YamlScalar scalar, string file)
    {
        this.scalar = scalar;
        this.file = file;
        offsets = new Lazy<int[]>(Align);
    }

    public static SourceText Embed(string name, YamlScalar scalar, SourceText file)
    {
        var map = new ScalarMap(scalar, file.Content);
        return new SourceText(name, scalar.Text, new SourceOrigin(file, map.Map));
    }

    private int Map(int offset) => offsets.Value[Math.Clamp(offset, 0, scalar.Text.Length)];

    /// <summary>One file offset a character of the value, and one for its end.</summary>
    private int[] Align()
    {
        var written = WrittenCharacters();
        var value = scalar.Text;
        var map = new int[value.Length + 1];
        var at = 0;
        var i = 0;
        while (i < value.Length)
        {
            if (at >= written.Count)
            {
                map[i++] = EndOf(written);
            }
            else if (IsBlank(value[i]) && written[at] is { Escaped: false } next && IsBlank(next.Character))
            {
                AlignBlanks(value, written, map, ref i, ref at);
            }
            else if (IsBlank(written[at].Character) && !written[at].Escaped)
            {
                at++;
            }
            else
            {
                map[i++] = written[at++].Offset;
            }
        }

        map[value.Length] = at < written.Count ? written[at].Offset : EndOf(written);
        return map;
    }

    /// <summary>A run of blanks within a line is verbatim; one that holds a line break was folded, and is aligned at its end.</summary>
    private void AlignBlanks(string value, List<Written> written, int[] map, ref int i, ref int at)
    {
        var end = at;
        var breaks = 0;
        while (end < written.Count && !written[end].Escaped && IsBlank(written[end].Character))
        {
            breaks += written[end++].Character == '\n' ? 1 : 0;
        }

        var shown = 0;
        while (i + shown < value.Length && IsBlank(value[i + shown]))
        {
            shown++;
        }

        var isBlock = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded;
        var length = breaks == 0 ? Math.Min(end - at, shown) : isBlock ? shown : Math.Min(shown, Math.Max(1, breaks - 1));
        var lineBreak = at;
        for (var k = 0; k < length; k++)
        {
            var aligned = breaks == 0 ? at + k : Math.Max(at, end - (length - k));
            if (breaks > 0 && value[i + k] == '\n')
            {
                lineBreak = written.FindIndex(lineBreak, w => w.Character == '\n');
                aligned = lineBreak < 0 || lineBreak >= end ? aligned : lineBreak;
                lineBreak = aligned + 1;
            }

            map[i + k] = written[aligned].Offset;
        }

        i += length;
        at = breaks == 0 ? at + length : end;
    }

    private int EndOf(List<Written> written) => written.Count == 0 ? scalar.Span.Start : written[^1].Offset + 1;

    /// <summary>The scalar's characters as written, without quotes and block indicator, escapes read.</summary>
    private List<Written> WrittenCharacters()
    {
        var from = scalar.Span.Start;
        var to = Math.Min(scalar.Span.End, file.Length);
        switch (scalar.Style)
        {
            case ScalarStyle.Literal or ScalarStyle.Folded:
                var line = file.IndexOf('\n', from);
                return line < 0 ? [] : Verbatim(line + 1 + Indentation(line + 1), to);
            case ScalarStyle.SingleQuoted:
                return SingleQuoted(from + 1, to - 1);
            case ScalarStyle.DoubleQuoted:
                return DoubleQuotedText.Read(file, from + 1, to - 1);
            default:
                return Verbatim(from, to);
        }
    }

    /// <summary>The first line's indentation is the block's, unless the value itself starts with blanks: those belong to it.</summary>
    private int Indentation(int start)
    {
        var indent = 0;
        while (start + indent < file.Length && IsBlank(file[start + indent]))
        {
            indent++;
        }

        var kept = 0;
        while (kept < scalar.Text.Length && IsBlank(scalar.Text[kept]))
        {
            kept++;
        }

        return Math.Max(0, indent - kept);
    }

    private List<Written> Verbatim(int from, int to)
    {
        var written = new List<Written>(to - from);
        for (var at = from; at < to; at++)
        {
            if (file[at] != '\r')
            {
                written.Add(new Written(file[at], at));
            }
        }

        return written;
    }

    private List<Written> SingleQuoted(int from, int to)
    {
        var written = new List<Written>(to - from);
        for (var at = from; at < to; at++)
        {
            if (file[at] == '\r')
            {
                continue;
            }

            written.Add(new Written(file[at], at));
            at += file[at] == '\'' ? 1 : 0;
        }

        return written;
    }

    private static bool IsBlank(char character) => character is ' ' or '\t' or '\n';
}
