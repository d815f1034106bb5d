namespace Saker.Spl.Scanning;

/// <summary>
/// Steps over JSON text without building anything. Tolerant: what it steps over need not be valid JSON, only balanced.
/// Every method takes the index where something starts and returns the index just after it, or -1 if the text ends first.
/// </summary>
public static class JsonSkip
{
    private static readonly System.Buffers.SearchValues<byte> StringStops = System.Buffers.SearchValues.Create("\"\\"u8);
    private static readonly System.Buffers.SearchValues<byte> Structure = System.Buffers.SearchValues.Create("\"{}[]"u8);
    private static readonly System.Buffers.SearchValues<byte> ScalarStops = System.Buffers.SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>The index of the first byte at or after <paramref name="index"/> that is no JSON white space; the length if none.</summary>
    public static int WhiteSpace(ReadOnlySpan<byte> json, int index)
    {
        while (index < json.Length && json[index] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            index++;
        }

        return index;
    }

    /// <summary>Steps over the string whose opening quote stands at <paramref name="index"/>; tells whether it holds a backslash.</summary>
    public static int String(ReadOnlySpan<byte> json, int index, out bool escaped)
    {
        escaped = false;
        index++;
        while (true)
        {
            var step = json[index..].IndexOfAny(StringStops);
            if (step < 0)
            {
                return -1;
            }

            index += step;
            if (json[index] == (byte)'"')
            {
                return index + 1;
            }

            escaped = true;
            index += 2;
            if (index >= json.Length)
            {
                return -1;
            }
        }
    }

    /// <summary>Steps over any value: string, object, array, number or word.</summary>
    public static int Value(ReadOnlySpan<byte> json, int index)
    {
        if (index >= json.Length)
        {
            return -1;
        }

        switch (json[index])
        {
            case (byte)'"':
                return String(json, index, out _);
            case (byte)'{' or (byte)'[':
                return Container(json, index);
            default:
                var step = json[index..].IndexOfAny(ScalarStops);
                return step < 0 ? json.Length : index + step;
        }
    }

    /// <summary>Steps over the object or array that opens at <paramref name="index"/>. Depth costs no stack.</summary>
    public static int Container(ReadOnlySpan<byte> json, int index)
    {
        var depth = 0;
        while (true)
        {
            var step = json[index..].IndexOfAny(Structure);
            if (step < 0)
            {
                return -1;
            }

            index += step;
            switch (json[index])
            {
                case (byte)'"':
                    index = String(json, index, out _);
                    if (index < 0)
                    {
                        return -1;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    index++;
                    break;
                default:
                    index++;
                    if (--depth == 0)
                    {
                        return index;
                    }

                    break;
            }
        }
    }
}
