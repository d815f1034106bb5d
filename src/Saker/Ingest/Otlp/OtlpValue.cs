namespace Saker.Ingest;

/// <summary>
/// OTLP's AnyValue in JSON: <c>{"stringValue":"a"}</c>, <c>{"intValue":"95041"}</c> (64 bits are a string), <c>{"kvlistValue":{"values":[{"key":"k","value":…}]}}</c>.
/// </summary>
internal static class OtlpValue
{
    private const int Deepest = 200;

    /// <summary>A scalar's text; an array or map as JSON.</summary>
    public static string Text(JsonValue any)
    {
        foreach (var member in any.Members)
        {
            if (!member.Name.SequenceEqual("kvlistValue"u8) && !member.Name.SequenceEqual("arrayValue"u8))
            {
                return member.Value.AsText();
            }

            var json = new JsonOut();
            Write(json, any, 0);
            return System.Text.Encoding.UTF8.GetString(json.Written.Span);
        }

        return "";
    }

    /// <summary>Writes what the value means as plain JSON.</summary>
    public static void Write(JsonOut json, JsonValue any, int depth)
    {
        foreach (var member in any.Members)
        {
            switch (member.Name)
            {
                case var name when name.SequenceEqual("kvlistValue"u8) && depth < Deepest:
                    WriteMap(json, member.Value["values"u8], depth);
                    return;
                case var name when name.SequenceEqual("arrayValue"u8) && depth < Deepest:
                    json.Open((byte)'[');
                    foreach (var element in member.Value["values"u8].Elements)
                    {
                        Write(json, element, depth + 1);
                    }

                    json.Close((byte)']');
                    return;
                case var name when name.SequenceEqual("intValue"u8) || name.SequenceEqual("doubleValue"u8):
                    // 64-bit integers arrive as strings; NaN and Infinity stay ones.
                    json.AddJson(JsonName.IsNumber(member.Value.Content) ? member.Value.Content : member.Value.Span);
                    return;
                default:
                    json.AddJson(member.Value.Span);
                    return;
            }
        }

        json.AddJson("null"u8);
    }

    public static void WriteMap(JsonOut json, JsonValue pairs, int depth)
    {
        json.Open();
        foreach (var pair in pairs.Elements)
        {
            json.Name(System.Text.Encoding.UTF8.GetBytes(pair["key"u8].AsText()));
            Write(json, pair["value"u8], depth + 1);
        }

        json.Close();
    }
}
