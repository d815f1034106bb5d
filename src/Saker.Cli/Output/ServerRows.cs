using System.Text.Json;
using Saker.Detections;
using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>The rows that a server sends, a JSON object a line, as a result that every output can write. Read once, as they come.</summary>
internal sealed class ServerRows
{
    private readonly Stream stream;
    private readonly SearchContext context;
    private readonly ColumnSet columns = new(isOpen: false, []);

    public ServerRows(Stream stream, DateTimeOffset now)
    {
        this.stream = stream;
        context = new SearchContext { Source = new MemoryEventSource([]), Now = now };
        Result = new SearchResult(new RowStream(columns, Read()), context);
    }

    public SearchResult Result { get; }

    /// <summary>Why the server stopped before the end; null if it did not. Known once the rows were read.</summary>
    public string? Failure { get; private set; }

    private IEnumerable<Row> Read()
    {
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("_saker", out var note) && json.RootElement.EnumerateObject().Count() == 1)
            {
                Note(note);
                continue;
            }

            var row = new Row();
            foreach (var member in json.RootElement.EnumerateObject())
            {
                columns.Add(member.Name);
                row[context.Fields.Slot(member.Name)] = ValueOf(member.Value);
            }

            yield return row;
        }
    }

    private void Note(JsonElement note)
    {
        if (note.TryGetProperty("failed", out var failed))
        {
            Failure = failed.GetString();
        }
        else if (note.TryGetProperty("warning", out var warning))
        {
            context.Warn(warning.GetString() ?? "");
        }
        else if (note.TryGetProperty("limit", out var limit))
        {
            context.Warn($"only the first {limit.GetInt64():#,0} rows were sent (search.rows of the server)");
        }
    }

    private static Value ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Value.Of(value.GetDouble()),
        JsonValueKind.Array => Value.OfMany([.. value.EnumerateArray().Select(ValueOf)]),
        JsonValueKind.Null => Value.Null,
        _ => Value.Of(value.ToString()),
    };
}
