using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>A row as a JSON object: the same from the command line and from the server.</summary>
internal static class RowObject
{
    private const double Earliest = -62_135_596_800;
    private const double Latest = 253_402_300_799;

    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A number is one, several values are an array, what is null is left out, <c>_time</c> is <c>2026-03-02T10:02:11.400000Z</c>.</summary>
    public static void Write(Utf8JsonWriter json, SearchResult result, Row row)
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

    /// <summary>The value as text; a time in its column as ISO 8601.</summary>
    public static string TextOf(string column, Value value) => Time(column, value) is { } time ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'") : value.Text;

    /// <summary>The time that a value is in its column; null if it is none.</summary>
    public static DateTime? Time(string column, Value value) =>
        column == EventFields.Time && !value.IsMulti && value.TryGetNumber(out var seconds) && seconds is > Earliest and < Latest
            ? DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * 1e6) * 10)
            : null;

    private static void Write(Utf8JsonWriter json, string column, Value value)
    {
        if (value.Kind == ValueKind.Number && column != EventFields.Time && double.IsFinite(value.Number))
        {
            json.WriteRawValue(Value.FormatNumber(value.Number));
        }
        else
        {
            json.WriteStringValue(TextOf(column, value));
        }
    }
}
