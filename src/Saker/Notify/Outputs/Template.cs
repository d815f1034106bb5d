using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Saker.Notify.Outputs;

/// <summary>
/// A JSON text with places: <c>{"text": "{{title}} by {{entity}}", "score": {{score}}, "all": {{document}}}</c>. Inside a string a place becomes the field's text, escaped; outside
/// one its JSON value. What comes out is JSON whatever the fields hold.
/// </summary>
internal sealed partial class Template
{
    private readonly List<(string Text, string? Field, bool InString)> parts = [];

    /// <exception cref="FormatException">A field is unknown, or what comes out would not be JSON.</exception>
    public Template(string text)
    {
        var at = 0;
        var inString = false;
        foreach (Match place in Place().Matches(text))
        {
            var before = text[at..place.Index];
            inString = EndsInString(before, inString);
            var field = place.Groups[1].Value;
            if (!Fields.ContainsKey(field))
            {
                throw new FormatException($"no field is called `{field}`; there are {string.Join(", ", Fields.Keys)}");
            }

            parts.Add((before, field, inString));
            at = place.Index + place.Length;
        }

        parts.Add((text[at..], null, false));
        try
        {
            using var _ = JsonDocument.Parse(Fill([Notice.Test("template", DateTimeOffset.UnixEpoch)]));
        }
        catch (JsonException mistake)
        {
            throw new FormatException($"with its places filled in it is no JSON: {mistake.Message}", mistake);
        }
    }

    /// <summary>The fields that places may name, with how each is written as JSON.</summary>
    public static IReadOnlyDictionary<string, Action<Utf8JsonWriter, IReadOnlyList<Notice>>> Fields { get; } = new Dictionary<string, Action<Utf8JsonWriter, IReadOnlyList<Notice>>>(StringComparer.Ordinal)
    {
        ["key"] = (json, n) => json.WriteStringValue(n[0].Key),
        ["subject"] = (json, n) => json.WriteStringValue(n[0].Subject),
        ["kind"] = (json, n) => json.WriteStringValue(n[0].KindName),
        ["title"] = (json, n) => json.WriteStringValue(n[0].Title),
        ["message"] = (json, n) => json.WriteStringValue(n[0].Message),
        ["score"] = (json, n) => json.WriteNumberValue(n[0].Score),
        ["severity"] = (json, n) => json.WriteStringValue(n[0].Severity),
        ["entity_type"] = (json, n) => json.WriteStringValue(n[0].EntityType),
        ["entity"] = (json, n) => json.WriteStringValue(n[0].Entity),
        ["detection"] = (json, n) => json.WriteStringValue(n[0].Detection),
        ["detection_id"] = (json, n) => json.WriteStringValue(n[0].DetectionId),
        ["tactics"] = (json, n) => WriteTexts(json, n[0].Tactics),
        ["techniques"] = (json, n) => WriteTexts(json, n[0].Techniques),
        ["cluster"] = (json, n) => json.WriteStringValue(n[0].Cluster),
        ["namespace"] = (json, n) => json.WriteStringValue(n[0].Namespace),
        ["time"] = (json, n) => json.WriteStringValue(TimeOf(n[0])),
        ["document"] = (json, n) => WriteDocument(json, n[0]),
        ["count"] = (json, n) => json.WriteNumberValue(n.Count),
        ["notices"] = WriteAll,
    };

    public byte[] Fill(IReadOnlyList<Notice> notices)
    {
        var filled = new StringBuilder();
        foreach (var (text, field, inString) in parts)
        {
            filled.Append(text);
            if (field is not null)
            {
                var value = Json(json => Fields[field](json, notices));
                filled.Append(!inString ? value : value[0] == '"' ? value[1..^1] : Json(json => json.WriteStringValue(value))[1..^1]);
            }
        }

        return Encoding.UTF8.GetBytes(filled.ToString());
    }

    /// <summary>2026-03-02T10:02:11.400Z.</summary>
    public static string TimeOf(Notice notice) => notice.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>All fields of a notice as an object.</summary>
    public static void Write(Utf8JsonWriter json, Notice notice)
    {
        json.WriteStartObject();
        foreach (var (name, write) in Fields.Where(f => f.Key is not ("count" or "notices")))
        {
            json.WritePropertyName(name);
            write(json, [notice]);
        }

        json.WriteEndObject();
    }

    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyList<Notice> notices)
    {
        json.WriteStartArray();
        foreach (var notice in notices)
        {
            Write(json, notice);
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, Notice notice)
    {
        if (notice.Document.Length == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(notice.Document, skipInputValidation: true);
        }
    }

    private static bool EndsInString(string text, bool inString)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                inString = !inString;
            }
            else if (text[i] == '\\' && inString)
            {
                i++;
            }
        }

        return inString;
    }

    [GeneratedRegex(@"\{\{\s*([a-z_]+)\s*\}\}")]
    private static partial Regex Place();
}
