using System.Text;
using Saker.Detections;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Cli.Output;

/// <summary>
/// A search's rows for people: a table, or, where the columns would not fit, a block of lines for each row. What an event's fields say already
/// (<c>_raw</c> of JSON, <c>_indextime</c>) is left out unless the search names it.
/// </summary>
internal sealed class RowTable(OutputTarget target, int limit, bool withRaw)
{
    private const int NarrowestColumn = 9;
    private const int NarrowTerminal = 60;
    private const int LongestCell = 2_000;

    /// <summary>Writes the rows and, where asked, a bar chart of them; returns how many rows there are.</summary>
    public long Write(SearchResult result, bool withChart)
    {
        var (kept, count) = (new List<Row>(), 0L);
        foreach (var row in result.Stream.Rows)
        {
            if (limit == 0 || count < limit)
            {
                kept.Add(row);
            }

            count++;
        }

        using var writer = new StreamWriter(target.Stream, new UTF8Encoding(false));
        var table = new RowText(result, kept);
        var columns = Shown(result, kept);
        if (kept.Count > 0 && !Fits(columns))
        {
            WriteBlocks(writer, table, columns);
        }
        else if (kept.Count > 0)
        {
            WriteTable(writer, table, columns);
        }

        if (count > kept.Count)
        {
            writer.WriteLine($"… and {Counted.Of(count - kept.Count, "more row")}: see all with --limit 0 or --format ndjson");
        }

        if (withChart && kept.Count > 0)
        {
            writer.Write(new BarChart(target.Width).Draw(table, columns));
        }

        return count;
    }

    /// <summary>Whether each column can have its narrowest width, and a name can stand unbroken where the terminal is narrow.</summary>
    private bool Fits(List<string> columns) =>
        columns.Count * NarrowestColumn <= target.Width
        && (target.Width >= NarrowTerminal || columns.Sum(c => CellWidth.Of(SafeText.Of(c)) + 3) <= target.Width);

    private List<string> Shown(SearchResult result, List<Row> rows)
    {
        var columns = result.ColumnsOf(rows);
        if (!result.Stream.Columns.IsOpen || withRaw)
        {
            return [.. columns];
        }

        var raw = result.Context.Fields.Slot(EventFields.Raw);
        var isText = rows.Any(r => r[raw] is { IsNull: false } value && !value.Text.StartsWith('{'));
        return [.. columns.Where(c => c != EventFields.IndexTime && (c != EventFields.Raw || isText))];
    }

    private void WriteTable(StreamWriter writer, RowText text, List<string> columns)
    {
        var table = new CellTable([.. columns.Select(c => new CellTable.Column(SafeText.Of(c), text.IsNumeric(c)))]);
        for (var row = 0; row < text.Count; row++)
        {
            table.Add(columns.Select(c => Cut(text[row, c])));
        }

        table.Write(writer, target.Width, name => target.IsTerminal ? $"\e[1m{name}\e[0m" : name);
    }

    private void WriteBlocks(StreamWriter writer, RowText text, List<string> columns)
    {
        var width = Math.Min(Math.Clamp(target.Width / 3, NarrowestColumn, 48), columns.Max(c => CellWidth.Of(SafeText.Of(c))));
        for (var row = 0; row < text.Count; row++)
        {
            writer.WriteLine($"── row {row + 1} ──");
            foreach (var column in columns.Where(c => text[row, c].Length > 0))
            {
                var lines = Cut(text[row, column]).Split('\n');
                writer.WriteLine($"{CellWidth.Pad(SafeText.Of(column), width)}  {lines[0]}");
                foreach (var line in lines.Skip(1))
                {
                    writer.WriteLine($"{new string(' ', width)}  {line}");
                }
            }

            writer.WriteLine();
        }
    }

    private static string Cut(string cell) => cell.Length <= LongestCell ? cell : cell[..LongestCell] + "…";
}

/// <summary>Rows as text, and what can be said of their columns.</summary>
internal sealed class RowText(SearchResult result, IReadOnlyList<Row> rows)
{
    public int Count => rows.Count;

    public string this[int row, string column] => CellText.ForPeople(column, Value(row, column));

    /// <summary>Whether every value that the column has is one number; <c>_time</c> is none.</summary>
    public bool IsNumeric(string column) => column != EventFields.Time && rows.Any(r => !r[Slot(column)].IsNull)
        && rows.All(r => r[Slot(column)] is var value && (value.IsNull || value.TryGetNumber(out _)));

    public double Number(int row, string column) => Value(row, column).TryGetNumber(out var number) ? number : 0;

    private Value Value(int row, string column) => rows[row][Slot(column)];

    private int Slot(string column) => result.Context.Fields.Slot(column);
}
