namespace Saker.Cli.Output;

/// <summary>
/// A table of a report for people: no lines between its rows, columns as wide as they are told, two cells apart. A text that is wider than its column goes on
/// below, after a blank or a separator where there is one.
/// </summary>
/// <remarks>Plain loops: a scan of a few files is over before the code of queries over value types would be compiled.</remarks>
internal sealed class ReportTable(IReadOnlyList<ReportTable.Column> columns)
{
    private const int Gap = 2;

    private readonly List<Row> rows = [];

    /// <param name="cells">As many as there are columns.</param>
    /// <param name="style">Escape sequence before the cells of <paramref name="styled"/>; empty for none.</param>
    /// <param name="styled">The column whose cell stands out.</param>
    public void Add(string[] cells, string style = "", int styled = -1) => rows.Add(new Row(cells, style, styled));

    /// <summary>Makes a column at least as wide as its name and its widest cell; to be called before it is written where no width was told.</summary>
    public void Fit()
    {
        for (var i = 0; i < columns.Count; i++)
        {
            columns[i].Width = Math.Max(columns[i].Width, CellWidth.Of(columns[i].Name));
            foreach (var row in rows)
            {
                columns[i].Width = Math.Max(columns[i].Width, CellWidth.Of(row.Cells[i]));
                columns[i].LongestPart = Math.Max(columns[i].LongestPart, CellRow.LongestPart(row.Cells[i]));
            }
        }
    }

    /// <param name="writer">Where to.</param>
    /// <param name="heading">Escape sequence before each column's name; empty for none.</param>
    public void Write(TextWriter writer, string heading)
    {
        var names = new string[columns.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = columns[i].Name;
        }

        Write(writer, new Row(names, heading, EveryColumn));
        foreach (var row in rows)
        {
            Write(writer, row);
        }
    }

    private const int EveryColumn = -2;

    private void Write(TextWriter writer, Row row)
    {
        var widths = new int[columns.Count];
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = columns[i].Width;
        }

        string Emphasise(int column, string text) => row.Style.Length > 0 && (row.Styled == column || row.Styled == EveryColumn) ? $"{row.Style}{text}\e[0m" : text;
        CellRow.Write(writer, row.Cells, widths, i => columns[i].IsRight, indent: 0, Gap, Emphasise);
    }

    /// <param name="name">What stands above.</param>
    /// <param name="width">In cells of a terminal.</param>
    /// <param name="isRight">Whether its cells end at the same place: numbers.</param>
    public sealed class Column(string name, int width = 0, bool isRight = false)
    {
        public string Name { get; } = name;

        public int Width { get; set; } = width;

        /// <summary>How wide it must be for no word to break, once it was made to fit.</summary>
        public int LongestPart { get; set; }

        public bool IsRight { get; } = isRight;
    }

    private sealed record Row(string[] Cells, string Style, int Styled);
}
