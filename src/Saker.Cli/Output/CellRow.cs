using System.Text;

namespace Saker.Cli.Output;

/// <summary>Cells side by side in a terminal. A text that is wider than its column goes on below, after a blank or a separator where there is one, never inside a letter.</summary>
internal static class CellRow
{
    private const string Separators = ":/-.,";

    /// <param name="writer">Where to.</param>
    /// <param name="cells">Their texts, from the left.</param>
    /// <param name="widths">How many of the terminal's cells each column has.</param>
    /// <param name="isRight">Whether a column's texts end at the same place.</param>
    /// <param name="indent">How many blanks stand before the first column.</param>
    /// <param name="gap">How many between two.</param>
    /// <param name="emphasise">Makes a column's text stand out, without taking more room.</param>
    public static void Write(TextWriter writer, string[] cells, int[] widths, Func<int, bool> isRight, int indent, int gap, Func<int, string, string> emphasise)
    {
        var lines = new List<string>[cells.Length];
        var height = 1;
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = Lines(cells[i], widths[i]);
            height = Math.Max(height, lines[i].Count);
        }

        for (var line = 0; line < height; line++)
        {
            var text = new StringBuilder();
            var blanks = indent;
            for (var i = 0; i < lines.Length; i++)
            {
                var cell = line < lines[i].Count ? lines[i][line] : "";
                var missing = Math.Max(0, widths[i] - CellWidth.Of(cell));
                if (cell.Length > 0)
                {
                    text.Append(' ', blanks + (isRight(i) ? missing : 0)).Append(emphasise(i, cell));
                    blanks = gap + (isRight(i) ? 0 : missing);
                }
                else
                {
                    blanks += missing + gap;
                }
            }

            writer.WriteLine(text.ToString());
        }
    }

    /// <summary>The width of a text's longest part that does not break where there is room for it: of <c>system:serviceaccount:ci</c> it is that of <c>serviceaccount:</c>.</summary>
    internal static int LongestPart(string text)
    {
        var longest = 0;
        for (var part = FirstPart(text); part.Length > 0; part = FirstPart(text))
        {
            longest = Math.Max(longest, CellWidth.Of(part.TrimEnd()));
            text = text[part.Length..];
        }

        return longest;
    }

    private static string FirstPart(string text) => text.AsSpan().IndexOfAny(" \n" + Separators) is >= 0 and var end ? text[..(end + 1)] : text;

    /// <summary>Breaks words that are wider than their column, after a separator where one is far enough, or what follows it need not break: <c>system:serviceaccount:</c>.</summary>
    internal static string Breakable(string text, int width)
    {
        var broken = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            var rest = word;
            broken.Append(broken.Length > 0 ? " " : "");
            while (CellWidth.Of(rest) > width && CellWidth.Fitting(rest, width) < rest.Length)
            {
                var fitting = CellWidth.Fitting(rest, width);
                var at = rest.AsSpan(0, fitting).LastIndexOfAny(Separators);
                var cut = at >= fitting / 2 || (at >= 0 && CellWidth.Of(FirstPart(rest[(at + 1)..])) <= width) ? at + 1 : fitting;
                broken.Append(rest[..cut]).Append(' ');
                rest = rest[cut..];
            }

            broken.Append(rest);
        }

        return broken.ToString();
    }

    /// <summary>The cell's lines, each at most so wide; what is wider than the column breaks.</summary>
    private static List<string> Lines(string cell, int width)
    {
        var lines = new List<string>();
        foreach (var written in cell.Split('\n'))
        {
            var line = new StringBuilder();
            foreach (var word in Breakable(written, width).Split(' '))
            {
                if (line.Length > 0 && CellWidth.Of(line.ToString()) + 1 + CellWidth.Of(word) > width)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                }

                line.Append(line.Length > 0 ? " " : "").Append(word);
            }

            lines.Add(line.ToString());
        }

        return lines;
    }
}
