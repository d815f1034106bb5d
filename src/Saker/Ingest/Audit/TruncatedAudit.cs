namespace Saker.Ingest;

/// <summary>
/// An audit event that a log service cut off: <c>{"kind":"Event",…,"userAgent":"kub[Truncated...]</c>. What is there is kept and its open
/// strings, objects and arrays are closed: padding a request must not hide it.
/// </summary>
internal static class TruncatedAudit
{
    private static ReadOnlySpan<byte> Marker => "[Truncated...]"u8;

    /// <summary>Whether the text ends in the marker; and the text before it.</summary>
    public static bool TryStrip(ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> before)
    {
        text = RecordDecoder.Trim(text);
        var isCut = text.Span.EndsWith(Marker);
        before = isCut ? text[..^Marker.Length] : text;
        return isCut;
    }

    /// <summary>Closes what <paramref name="scan"/> found open at the end of the text; null if the text broke before.</summary>
    public static byte[]? Close(ReadOnlyMemory<byte> text, JsonObjectScan scan)
    {
        if (!scan.EndsEarly)
        {
            return null;
        }

        var span = text.Span;
        var (kept, closing) = scan.Stop switch
        {
            JsonStop.InKey => (EndOfText(span, scan.TokenStart), "\":null"),
            JsonStop.InString => (EndOfText(span, scan.TokenStart), "\""),
            JsonStop.InWord => (scan.TokenStart, Word(span[scan.TokenStart..])),
            JsonStop.AfterKey => (span.Length, ":null"),
            JsonStop.BeforeValue => (span.Length, "null"),
            JsonStop.AfterComma => (span.LastIndexOf((byte)','), ""),
            _ => (span.Length, ""),
        };

        var closed = new byte[kept + closing.Length + scan.Open.Length];
        span[..kept].CopyTo(closed);
        var at = kept + System.Text.Encoding.ASCII.GetBytes(closing, closed.AsSpan(kept));
        for (var i = scan.Open.Length - 1; i >= 0; i--)
        {
            closed[at++] = span[scan.Open[i]] == '{' ? (byte)'}' : (byte)']';
        }

        return closed;
    }

    /// <summary>A cut number may have lost digits, but is the best there is; a cut <c>tru</c> is nothing.</summary>
    private static string Word(ReadOnlySpan<byte> word) => JsonName.IsNumber(word) ? System.Text.Encoding.ASCII.GetString(word)
        : word.SequenceEqual("true"u8) ? "true" : word.SequenceEqual("false"u8) ? "false" : "null";

    /// <summary>Steps back over half an escape (<c>\u00</c>) or half a character.</summary>
    private static int EndOfText(ReadOnlySpan<byte> text, int stringStart)
    {
        var end = text.Length;
        for (var back = 1; back <= 5 && end - back > stringStart; back++)
        {
            if (text[end - back] == '\\' && IsEscapeStart(text, stringStart, end - back))
            {
                var whole = back > 1 && text[end - back + 1] != 'u';
                end = whole ? end : end - back;
                break;
            }
        }

        for (var back = 1; back <= 3 && end - back > stringStart && text[end - back] >= 0x80; back++)
        {
            var lead = text[end - back];
            if (lead >= 0xC0)
            {
                return (lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2) > back ? end - back : end;
            }
        }

        return end;
    }

    private static bool IsEscapeStart(ReadOnlySpan<byte> text, int stringStart, int slash)
    {
        var run = 0;
        while (slash - run > stringStart && text[slash - run] == '\\')
        {
            run++;
        }

        return run % 2 == 1;
    }
}
