namespace Saker.Cli.Output;

/// <summary>
/// A table whose columns line up in a terminal's cells. Where it is wider than the terminal, the widest columns give way first, and their texts go on in further
/// lines: after a blank or a separator where there is one, never inside a letter.
/// </summary>
internal sealed class CellTable(IReadOnlyList<CellTable.Column> columns)
{
    private const int Gap = 3;

    /// <summary>Less than this, and words break all the time.</summary>
    private const int Narrowest = 14;

    private readonly List<string[]> rows = [];

    public void Add(IEnumerable<string> cells) => rows.Add([.. cells]);

    /// <summary>Writes the table into so many cells a line.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="width">How many cells a line has.</param>
    /// <param name="emphasise">Makes a column's name stand out.</param>
    public void Write(TextWriter writer, int width, Func<string, string> emphasise)
    {
        var widths = Widths(width);
        WriteRow(writer, [.. columns.Select(c => c.Name)], widths, emphasise);
        writer.WriteLine(new string('─', Math.Min(width, widths.Sum() + (Gap * widths.Length) + 1)));
        foreach (var row in rows)
        {
            WriteRow(writer, row, widths, text => text);
        }
    }

    /// <summary>What each column would like, or as much of it as leaves room for the others.</summary>
    private int[] Widths(int width)
    {
        var wanted = columns.Select((c, i) => rows.SelectMany(r => r[i].Split('\n')).Append(c.Name).Max(CellWidth.Of)).ToArray();
        var room = Math.Max(columns.Count, width - 1 - (Gap * columns.Count));
        var whole = columns.Select((c, i) => c.IsWhole ? wanted[i] : 0).Sum();
        var keeps = columns.Any(c => !c.IsWhole) && room - whole >= Narrowest * columns.Count(c => !c.IsWhole);
        bool GivesWay(int i) => !keeps || !columns[i].IsWhole;
        var most = wanted.Max();
        while (most > 1 && wanted.Select((w, i) => GivesWay(i) ? Math.Min(w, most) : w).Sum() > room)
        {
            most--;
        }

        return [.. wanted.Select((w, i) => GivesWay(i) ? Math.Min(w, most) : w)];
    }

    /// <summary>Whether every line fits into so many cells while what is whole stays so, and the others keep some room.</summary>
    public bool Fits(int width)
    {
        var wanted = columns.Select((c, i) => rows.SelectMany(r => r[i].Split('\n')).Append(c.Name).Max(CellWidth.Of)).ToArray();
        return columns.Select((c, i) => c.IsWhole ? wanted[i] : Math.Min(Narrowest, wanted[i])).Sum() + 1 + (Gap * columns.Count) <= width;
    }

    private void WriteRow(TextWriter writer, string[] cells, int[] widths, Func<string, string> emphasise) =>
        CellRow.Write(writer, cells, widths, i => columns[i].IsRight, indent: 2, Gap, (_, text) => emphasise(text));

    /// <param name="Name">What stands above.</param>
    /// <param name="IsRight">Whether its cells end at the same place: numbers.</param>
    /// <param name="IsWhole">Whether its cells are read in one piece, so that others give way before it does: times, ids.</param>
    public sealed record Column(string Name, bool IsRight, bool IsWhole = false);
}
