using System.Text.Json;

namespace Saker.Cli.Output;

/// <summary>A column of a list that a server sends: its name, a cell of it, whether it holds numbers, and whether its cells are read in one piece, as numbers are.</summary>
internal sealed record ServerColumn(string Name, Func<JsonElement, string> Cell, bool IsRight = false, bool IsWhole = false);

/// <summary>A list that a server sends as a table: as wide as the terminal, and where it is piped a line an item, so that grep finds whole ones.</summary>
internal static class ServerTable
{
    /// <summary>Wider than any line.</summary>
    private const int Piped = 100_000;

    public static void Write(IReadOnlyList<ServerColumn> columns, IEnumerable<JsonElement> items)
    {
        using var target = OutputTarget.Open(null);
        using var writer = new StreamWriter(target.Stream);
        var cells = items.Select(item => columns.Select(c => SafeText.Of(c.Cell(item))).ToList()).ToList();
        // A column that nobody fills takes no room.
        var shown = Enumerable.Range(0, columns.Count).Where(i => i == 0 || cells.Exists(row => row[i].Length > 0)).ToList();
        var table = new CellTable([.. shown.Select(i => new CellTable.Column(columns[i].Name, columns[i].IsRight, columns[i].IsRight || columns[i].IsWhole))]);
        cells.ForEach(row => table.Add(shown.Select(i => row[i])));
        var width = target.IsTerminal || Environment.GetEnvironmentVariable("COLUMNS") is { Length: > 0 } ? target.Width : Piped;
        if (table.Fits(width))
        {
            table.Write(writer, width, name => target.IsTerminal ? $"\e[1m{name}\e[0m" : name);
            return;
        }

        // Too many columns for the terminal: a paragraph an item.
        var label = shown.Max(i => columns[i].Name.Length);
        foreach (var row in cells)
        {
            foreach (var i in shown.Where(i => row[i].Length > 0))
            {
                writer.WriteLine($"{columns[i].Name.PadRight(label)}  {row[i]}");
            }

            writer.WriteLine();
        }
    }
}
