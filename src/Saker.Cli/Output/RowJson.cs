using System.Text.Json;
using Saker.Detections;

namespace Saker.Cli.Output;

/// <summary>A search's rows as JSON: an array of objects, or an object a line. Written as they are computed.</summary>
internal sealed class RowJson(Stream stream, bool isArray)
{
    /// <summary>Writes all rows; returns how many.</summary>
    public long Write(SearchResult result)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var json = new Utf8JsonWriter(buffered, RowObject.Options);
        var count = 0L;
        var separator = isArray ? "[\n"u8 : ""u8;
        foreach (var row in result.Stream.Rows)
        {
            buffered.Write(separator);
            RowObject.Write(json, result, row);
            json.Flush();
            json.Reset();
            separator = isArray ? ",\n"u8 : "\n"u8;
            count++;
        }

        buffered.Write((isArray, count) switch { (true, 0) => "[]\n"u8, (true, _) => "\n]\n"u8, (false, 0) => ""u8, _ => "\n"u8 });
        return count;
    }
}
