using System.Text;
using System.Text.Json;
using YamlDotNet.Core;

namespace Saker.Content.Yaml;

/// <summary>Writes a YAML value as one line of JSON: how an inline test event becomes the bytes that a cluster would have sent.</summary>
internal static class JsonText
{
    public static string Write(YamlValue value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, YamlValue value)
    {
        switch (value)
        {
            case YamlScalar scalar:
                text.Append(Scalar(scalar));
                break;
            case YamlList list:
                AppendList(text, list);
                break;
            case YamlMap map:
                AppendMap(text, map);
                break;
        }
    }

    private static void AppendList(StringBuilder text, YamlList list)
    {
        text.Append('[');
        for (var i = 0; i < list.Items.Count; i++)
        {
            text.Append(i == 0 ? "" : ",");
            Append(text, list.Items[i]);
        }

        text.Append(']');
    }

    private static void AppendMap(StringBuilder text, YamlMap map)
    {
        text.Append('{');
        for (var i = 0; i < map.Entries.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(Quote(map.Entries[i].Key.Text)).Append(':');
            Append(text, map.Entries[i].Value);
        }

        text.Append('}');
    }

    /// <summary>A plain number, true, false or null keeps its text; all else is a string, as JSON would have it.</summary>
    private static string Scalar(YamlScalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return Quote(scalar.Text);
        }

        return scalar.IsNull ? "null" : scalar.Text is "true" or "false" || IsNumber(scalar.Text) ? scalar.Text : Quote(scalar.Text);
    }

    private static bool IsNumber(string text)
    {
        if (!char.IsAsciiDigit(text[^1]) || !(char.IsAsciiDigit(text[0]) || text[0] == '-'))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
