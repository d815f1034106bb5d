namespace Saker.Spl.Text;

/// <summary>A text with a name (a search, a macro's definition, a file) whose offsets can be told as line and column.</summary>
public sealed class SourceText(string name, string content, SourceOrigin? origin = null)
{
    private int[]? lineStarts;

    public string Name { get; } = name;

    /// <summary>The text; a half of a surrogate pair, which no encoding can write, is the replacement character.</summary>
    public string Content { get; } = Whole(content);

    /// <summary>Where this text stands inside a larger file (the <c>search:</c> value of a detection's YAML), if it does.</summary>
    public SourceOrigin? Origin { get; } = origin;

    /// <summary>One-based line and column (in UTF-16 units) of an offset; offsets past the end count as the end.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        offset = Math.Clamp(offset, 0, Content.Length);
        var starts = lineStarts ??= FindLineStarts(Content);
        var index = Array.BinarySearch(starts, offset);
        var line = index >= 0 ? index : ~index - 1;
        return (line + 1, offset - starts[line] + 1);
    }

    /// <summary>The text of a one-based line, without its line break.</summary>
    public string Line(int line)
    {
        var starts = lineStarts ??= FindLineStarts(Content);
        var start = starts[line - 1];
        var end = line < starts.Length ? starts[line] : Content.Length;
        return Content[start..end].TrimEnd('\r', '\n');
    }

    private static string Whole(string text)
    {
        char[]? whole = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
                continue;
            }

            whole ??= text.ToCharArray();
            whole[i] = '\uFFFD';
        }

        return whole is null ? text : new string(whole);
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts];
    }
}

/// <summary>Maps an offset of an embedded text to a place in the file that holds it.</summary>
/// <param name="File">The file, and its whole content.</param>
/// <param name="MapOffset">From an offset of the embedded text to an offset of the file.</param>
public sealed record SourceOrigin(SourceText File, Func<int, int> MapOffset);
