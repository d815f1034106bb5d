using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

internal enum JsonKind
{
    Null,
    True,
    False,
    Number,
    Text,
    Array,
    Object,
}

/// <summary>
/// A JSON value that can be changed. Numbers keep their text, members their order; of equal keys the last one counts. Prints without
/// white space.
/// </summary>
internal sealed class JsonTree
{
    private const int DeepestNesting = 128;

    private JsonTree(JsonKind kind, string text = "") => (Kind, Text) = (kind, text);

    public JsonKind Kind { get; }

    /// <summary>A text's content, or a number as written.</summary>
    public string Text { get; }

    public List<JsonTree> Items { get; private init; } = [];

    public List<KeyValuePair<string, JsonTree>> Members { get; private init; } = [];

    public static JsonTree Null { get; } = new(JsonKind.Null);

    public static JsonTree OfText(string text) => new(JsonKind.Text, text);

    public static JsonTree OfNumber(string text) => new(JsonKind.Number, text);

    public static JsonTree OfTruth(bool truth) => new(truth ? JsonKind.True : JsonKind.False);

    public static JsonTree Array(params IEnumerable<JsonTree> items) => new(JsonKind.Array) { Items = [.. items] };

    public static JsonTree Object() => new(JsonKind.Object);

    /// <summary>Null if the text is no JSON, or nested deeper than 128.</summary>
    public static JsonTree? Parse(string text)
    {
        try
        {
            using var document = HostileJson.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            return From(document.RootElement);
        }
        catch (Exception mistake) when (mistake is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>An object or array of the text, else null.</summary>
    public static JsonTree? ParseContainer(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.Length > 0 && start[0] is '{' or '[' ? Parse(text) : null;
    }

    public JsonTree? Member(string key)
    {
        for (var i = Members.Count - 1; i >= 0; i--)
        {
            if (Members[i].Key == key)
            {
                return Members[i].Value;
            }
        }

        return null;
    }

    public void Set(string key, JsonTree value)
    {
        var index = Members.FindIndex(m => m.Key == key);
        var member = new KeyValuePair<string, JsonTree>(key, value);
        if (index < 0)
        {
            Members.Add(member);
        }
        else
        {
            Members[index] = member;
        }
    }

    /// <summary>The value as eval has it: text without quotes, containers as their JSON, null as none.</summary>
    public Value ToValue() => Kind switch
    {
        JsonKind.Null => Value.Null,
        JsonKind.True => Value.Of("true"),
        JsonKind.False => Value.Of("false"),
        JsonKind.Number or JsonKind.Text => Value.Of(Text),
        _ => Value.Of(ToString()),
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    private static JsonTree From(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var made = Object();
                foreach (var member in element.EnumerateObject())
                {
                    made.Members.Add(new(member.Name, From(member.Value)));
                }

                return made;
            case JsonValueKind.Array:
                return Array(element.EnumerateArray().Select(From));
            case JsonValueKind.String:
                return OfText(element.GetString()!);
            case JsonValueKind.Number:
                return OfNumber(element.GetRawText());
            case JsonValueKind.True or JsonValueKind.False:
                return OfTruth(element.GetBoolean());
            default:
                return Null;
        }
    }

    private void Print(StringBuilder text)
    {
        switch (Kind)
        {
            case JsonKind.Object:
                var separator = '{';
                foreach (var (key, value) in Members)
                {
                    text.Append(separator);
                    Quote(text, key);
                    text.Append(':');
                    value.Print(text);
                    separator = ',';
                }

                text.Append(Members.Count == 0 ? "{}" : "}");
                break;
            case JsonKind.Array:
                text.Append('[');
                for (var i = 0; i < Items.Count; i++)
                {
                    text.Append(i > 0 ? "," : "");
                    Items[i].Print(text);
                }

                text.Append(']');
                break;
            case JsonKind.Text:
                Quote(text, Text);
                break;
            default:
                text.Append(Kind switch { JsonKind.Null => "null", JsonKind.True => "true", JsonKind.False => "false", _ => Text });
                break;
        }
    }

    private static void Quote(StringBuilder text, string content) => text.Append('"').Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(content)).Append('"');
}
