using System.Text;
using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>
/// Bars of a result whose first columns label its rows and whose others are numbers, as timechart, chart and top make them. With one series a row is
/// a bar; with more each row has a bar a series.
/// </summary>
internal sealed class BarChart(int width)
{
    private const int LongestLabel = 32;
    private const int ShortestBar = 10;
    private const int MostSeries = 12;
    private static readonly string[] Eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

    /// <summary>The chart with an empty line before it; empty where the result has no numbers to draw.</summary>
    public string Draw(RowText rows, IReadOnlyList<string> columns)
    {
        var (labels, series) = Split(rows, columns);
        if (series.Count == 0 || labels.Count == 0)
        {
            return "";
        }

        var most = Enumerable.Range(0, rows.Count).SelectMany(row => series.Select(s => rows.Number(row, s))).Append(0).Max();
        var names = Enumerable.Range(0, rows.Count).Select(row => Cut(string.Join(' ', labels.Select(l => rows[row, l].Replace('\n', ' '))))).ToList();
        var (nameWidth, seriesWidth) = (names.Max(CellWidth.Of), series.Count == 1 ? 0 : series.Max(s => CellWidth.Of(Cut(s))));
        var numberWidth = Enumerable.Range(0, rows.Count).SelectMany(row => series.Select(s => Format(rows.Number(row, s)).Length)).Max();
        var room = Math.Max(ShortestBar, width - nameWidth - seriesWidth - numberWidth - 4);
        var text = new StringBuilder("\n").Append(series.Count == 1 ? $"{new string(' ', nameWidth)}  {Cut(series[0])}\n" : "");
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < series.Count; i++)
            {
                var number = rows.Number(row, series[i]);
                var name = i == 0 ? names[row] : "";
                var which = series.Count == 1 ? "" : CellWidth.Pad(Cut(series[i]), seriesWidth) + " ";
                text.Append($"{CellWidth.Pad(name, nameWidth)}  {which}{Bar(number, most, room)} {Format(number)}".TrimEnd()).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The first column labels, and with it every later one that holds no numbers. A share of what is drawn anyway is not drawn.</summary>
    private static (List<string> Labels, List<string> Series) Split(RowText rows, IReadOnlyList<string> columns)
    {
        var shown = columns.Where(c => c == EventFields.Time || !c.StartsWith('_')).ToList();
        var series = shown.Skip(1).Where(rows.IsNumeric).ToList();
        if (series.Contains("count"))
        {
            series.Remove("percent");
        }

        return ([.. shown.Except(series).Where(c => c != "percent")], [.. series.Take(MostSeries)]);
    }

    private static string Bar(double number, double most, int room)
    {
        if (most <= 0 || number <= 0)
        {
            return "";
        }

        var eighths = Math.Max(1, (int)Math.Round(8 * room * (number / most)));
        return new string('█', eighths / 8) + Eighths[eighths % 8];
    }

    private static string Format(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15 ? number.ToString("#,0") : Value.FormatNumber(Math.Round(number, 3));

    private static string Cut(string label) => CellWidth.Cut(SafeText.Of(label), LongestLabel);
}
