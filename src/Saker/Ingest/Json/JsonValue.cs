using System.Text;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>A value in JSON text whose grammar has been checked; the default is "not there".</summary>
internal readonly struct JsonValue(ReadOnlyMemory<byte> text)
{
    public ReadOnlyMemory<byte> Text => text;

    public ReadOnlySpan<byte> Span => text.Span;

    public bool Exists => !text.IsEmpty;

    public bool IsString => First == '"';

    public bool IsObject => First == '{';

    public bool IsArray => First == '[';

    public bool IsNull => First == 'n';

    public bool IsNumber => First is '-' or (>= '0' and <= '9');

    /// <summary>What stands between a string's quotes, escapes as written; of anything else its text.</summary>
    public ReadOnlySpan<byte> Content => IsString ? text.Span[1..^1] : text.Span;

    public JsonMembers Members => new(IsObject ? text : default);

    public JsonElements Elements => new(IsArray ? text : default);

    private char First => text.IsEmpty ? '\0' : (char)text.Span[0];

    public JsonValue this[ReadOnlySpan<byte> name]
    {
        get
        {
            foreach (var member in Members)
            {
                if (JsonName.Equal(member.Name, name))
                {
                    return member.Value;
                }
            }

            return default;
        }
    }

    /// <summary>Whether this is a string that means <paramref name="expected"/>.</summary>
    public bool Is(ReadOnlySpan<byte> expected) => IsString && JsonName.Equal(Content, expected);

    /// <summary>A string's meaning; a number, word, object or array as written; "" if not there.</summary>
    public string AsText() => IsString ? JsonText.Unescape(Content) : Encoding.UTF8.GetString(text.Span);

    /// <summary>As <see cref="AsText"/>, but null where absent, JSON null or empty.</summary>
    public string? AsTextOrNull() => !Exists || IsNull || AsText() is not { Length: > 0 } found ? null : found;
}

internal readonly struct JsonMember(ReadOnlyMemory<byte> text, int keyStart, int keyEnd, int valueStart, int valueEnd)
{
    /// <summary>The key's content, escapes as written.</summary>
    public ReadOnlySpan<byte> Name => text.Span[keyStart..keyEnd];

    public JsonValue Value => new(text[valueStart..valueEnd]);
}

/// <summary>The members of an object, for <c>foreach</c>.</summary>
internal struct JsonMembers(ReadOnlyMemory<byte> text)
{
    private int index = 1;

    public JsonMember Current { get; private set; }

    public readonly JsonMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        var json = text.Span;
        var key = json.IsEmpty ? 0 : JsonSkip.WhiteSpace(json, index);
        if (key >= json.Length || json[key] != '"')
        {
            return false;
        }

        var keyEnd = JsonSkip.String(json, key, out _);
        var value = JsonSkip.WhiteSpace(json, JsonSkip.WhiteSpace(json, keyEnd) + 1);
        var valueEnd = JsonSkip.Value(json, value);
        Current = new JsonMember(text, key + 1, keyEnd - 1, value, valueEnd);
        index = JsonSkip.WhiteSpace(json, valueEnd) + 1;
        return true;
    }
}

/// <summary>The elements of an array, for <c>foreach</c>.</summary>
internal struct JsonElements(ReadOnlyMemory<byte> text)
{
    private int index = 1;

    public JsonValue Current { get; private set; }

    public readonly JsonElements GetEnumerator() => this;

    public bool MoveNext()
    {
        var json = text.Span;
        var start = json.IsEmpty ? 0 : JsonSkip.WhiteSpace(json, index);
        if (start >= json.Length || json[start] == ']')
        {
            return false;
        }

        var end = JsonSkip.Value(json, start);
        Current = new JsonValue(text[start..end]);
        index = JsonSkip.WhiteSpace(json, end) + 1;
        return true;
    }
}
