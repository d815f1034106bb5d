using System.Text;
using Saker.Detections;
using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>A search's rows as RFC 4180 CSV with a header line; the values of a multivalue stand on lines of their own in the cell, as Splunk exports them.</summary>
internal sealed class RowCsv(Stream stream)
{
    /// <summary>Writes all rows; returns how many. The header needs every column, so rows are held until the last.</summary>
    public long Write(SearchResult result)
    {
        var rows = result.Stream.Rows.ToList();
        var columns = result.ColumnsOf(rows);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n" };
        if (columns.Count > 0)
        {
            writer.WriteLine(string.Join(',', columns.Select(Csv.Quote)));
        }

        foreach (var row in rows)
        {
            writer.WriteLine(string.Join(',', columns.Select(c => Csv.Quote(CellText.Of(c, row[result.Context.Fields.Slot(c)])))));
        }

        return rows.Count;
    }
}

/// <summary>A cell of CSV.</summary>
internal static class Csv
{
    /// <summary>Quoted where needed. A text that a spreadsheet would run as a formula gets an apostrophe; a negative number does not.</summary>
    public static string Quote(string cell)
    {
        if (cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' && !NumberText.TryParse(cell, out _))
        {
            cell = "'" + cell;
        }

        return cell.AsSpan().IndexOfAny("\",\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
