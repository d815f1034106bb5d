namespace Saker.Tests.Golden;

/// <summary>
/// A golden file: records that begin with a word on a line of its own (<c>data</c>, <c>query</c>, <c>canonical</c>, <c>plan</c>,
/// <c>error</c>, <c>macro</c>, <c>lookup</c>, <c>now</c>) and end at an empty line. What is expected follows <c>----</c>.
/// </summary>
internal sealed class GoldenFile
{
    private GoldenFile(string path, List<GoldenRecord> records) => (Path, Records) = (path, records);

    public string Path { get; }

    public List<GoldenRecord> Records { get; }

    public static GoldenFile Read(string path)
    {
        var records = new List<GoldenRecord>();
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
            {
                continue;
            }

            var record = new GoldenRecord { Line = i + 1, Header = lines[i] };
            for (i++; i < lines.Length && lines[i].Length > 0 && lines[i] != "----"; i++)
            {
                record.Body.Add(lines[i]);
            }

            if (i < lines.Length && lines[i] == "----")
            {
                record.HasExpected = true;
                record.ExpectedLine = i + 1;
                for (i++; i < lines.Length && lines[i].Length > 0; i++)
                {
                    record.Expected.Add(lines[i]);
                }
            }

            records.Add(record);
        }

        return new GoldenFile(path, records);
    }

    /// <summary>Writes what the engine gave as what is expected (<c>ACCEPT=1</c>).</summary>
    public void Accept(GoldenRecord record, IReadOnlyList<string> actual)
    {
        var lines = File.ReadAllLines(Path).ToList();
        var from = record.Line + record.Body.Count;
        if (record.HasExpected)
        {
            lines.RemoveRange(record.ExpectedLine - 1, record.Expected.Count + 1);
        }

        lines.InsertRange(from, ["----", .. actual]);
        File.WriteAllText(Path, string.Join('\n', lines).TrimEnd('\n') + "\n");
    }
}

internal sealed class GoldenRecord
{
    public int Line { get; init; }

    public required string Header { get; init; }

    public string Kind => Header.Split(' ')[0];

    public string[] Words => Header.Split(' ')[1..];

    public List<string> Body { get; } = [];

    public bool HasExpected { get; set; }

    public int ExpectedLine { get; set; }

    public List<string> Expected { get; } = [];
}
