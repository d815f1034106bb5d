using System.Text.Json;
using Saker.Detections;
using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>A search's rows as JSON: an array of objects, or an object a line. Written as they are computed.</summary>
internal sealed class RowJson(Stream stream, bool isArray)
{
    /// <summary>Writes all rows; returns how many.</summary>
    public long Write(SearchResult result)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var json = new Utf8JsonWriter(buffered, JsonOutput.Options);
        var count = 0L;
        var separator = isArray ? "[\n"u8 : ""u8;
        foreach (var row in result.Stream.Rows)
        {
            buffered.Write(separator);
            Write(json, result, row);
            json.Flush();
            json.Reset();
            separator = isArray ? ",\n"u8 : "\n"u8;
            count++;
        }

        buffered.Write((isArray, count) switch { (true, 0) => "[]\n"u8, (true, _) => "\n]\n"u8, (false, 0) => ""u8, _ => "\n"u8 });
        return count;
    }

    private static void Write(Utf8JsonWriter json, SearchResult result, Row row)
    {
        json.WriteStartObject();
        foreach (var column in result.ColumnsOf(row))
        {
            var value = row[result.Context.Fields.Slot(column)];
            if (value.IsNull)
            {
                continue;
            }

            json.WritePropertyName(column);
            if (value.IsMulti)
            {
                json.WriteStartArray();
                foreach (var one in value.Values)
                {
                    Write(json, "", one);
                }

                json.WriteEndArray();
            }
            else
            {
                Write(json, column, value);
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string column, Value value)
    {
        if (value.Kind == ValueKind.Number && column != EventFields.Time && double.IsFinite(value.Number))
        {
            json.WriteRawValue(Value.FormatNumber(value.Number));
        }
        else
        {
            json.WriteStringValue(CellText.Of(column, value));
        }
    }
}
