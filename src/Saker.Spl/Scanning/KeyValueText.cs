using System.Runtime.InteropServices;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Scanning;

/// <summary>
/// Reads <c>key=value</c> and <c>key="v v"</c> pairs from a line of text, as Splunk does by default. A value without quotes ends at
/// white space, comma, semicolon or a closing bracket. The first pair of a name wins.
/// </summary>
internal static class KeyValueText
{
    private const int LongestKey = 256;

    public static void Extract(ReadOnlyMemory<byte> memory, Row row, PathTrie? wanted, FieldTable fields)
    {
        var text = memory.Span;
        var from = 0;
        while (from < text.Length)
        {
            var equals = text[from..].IndexOf((byte)'=');
            if (equals < 0)
            {
                return;
            }

            equals += from;
            var keyStart = equals;
            while (keyStart > from && equals - keyStart < LongestKey && IsKeyByte(text[keyStart - 1]))
            {
                keyStart--;
            }

            from = equals + 1;
            if (keyStart == equals || !(IsLetter(text[keyStart]) || text[keyStart] == (byte)'_'))
            {
                continue;
            }

            var (valueStart, valueEnd, next) = FindValue(text, equals + 1);
            if (valueEnd > valueStart)
            {
                Set(memory, text[keyStart..equals], valueStart, valueEnd, row, wanted, fields);
            }

            from = Math.Max(from, next);
        }
    }

    private static void Set(ReadOnlyMemory<byte> memory, ReadOnlySpan<byte> key, int start, int end, Row row, PathTrie? wanted, FieldTable fields)
    {
        var slot = wanted is null ? fields.Slot(Encoding.UTF8.GetString(key)) : wanted.Walk(key)?.Slot ?? -1;
        if (slot >= 0 && row[slot].IsNull)
        {
            row[slot] = MemoryMarshal.TryGetArray(memory, out var array)
                ? Value.OfUtf8(array.Array!, array.Offset + start, end - start)
                : Value.Of(Encoding.UTF8.GetString(memory.Span[start..end]));
        }
    }

    private static (int Start, int End, int Next) FindValue(ReadOnlySpan<byte> text, int start)
    {
        if (start < text.Length && text[start] == (byte)'"')
        {
            var i = start + 1;
            while (i < text.Length && text[i] != (byte)'"')
            {
                i += text[i] == (byte)'\\' ? 2 : 1;
            }

            i = Math.Min(i, text.Length);
            return (start + 1, i, Math.Min(i + 1, text.Length));
        }

        var stop = start;
        while (stop < text.Length && !(text[stop] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)';' or (byte)')' or (byte)']' or (byte)'}'))
        {
            stop++;
        }

        return (start, stop, stop);
    }

    private static bool IsLetter(byte c) => (c | 0x20) is >= (byte)'a' and <= (byte)'z';

    private static bool IsKeyByte(byte c) => IsLetter(c) || c is (>= (byte)'0' and <= (byte)'9') or (byte)'_' or (byte)'.' or (byte)'-';
}
