using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>Looks at the few places of a line where a literal or an escape may stand; the rest of it is not read again.</summary>
internal static class LineLook
{
    /// <summary>
    /// Reads the line that begins at <paramref name="start"/> of a text whose marks are known, up to its newline; lines are to be read in their order. Returns
    /// where that stands, -1 if there is none before <paramref name="end"/>: then the facts are nothing to go by. The texts among the literals are at most 64, and the
    /// first. What stands behind keys goes to <paramref name="values"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(ReadOnlySpan<byte> text, int start, int end, BlockMarks marks, LiteralSet literals, KeyedValues? values, out LineFacts facts)
    {
        facts = new LineFacts { Marked = -1, Control = -1 };
        marks.From(start, out var places);
        for (var at = places.Next(); at < end; at = places.Next())
        {
            var window = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at));
            var sort = literals.SortOf((byte)window);
            if ((byte)window == '\n')
            {
                marks.Leave(in places);
                return at;
            }

            var (entry, last) = literals.Chain(window);
            for (; entry < last; entry++)
            {
                if (literals.IsAt(entry, text, at, window, start))
                {
                    Found(in literals.At(entry), text, at, start, values, ref facts);
                }
            }

            if (sort != PlaceSort.None)
            {
                Short(sort, text, at, start, window, literals, values, ref facts);
            }
        }

        return -1;
    }

    /// <summary>What takes less than a window: a control character, an escape, a short literal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Short(PlaceSort sort, ReadOnlySpan<byte> text, int at, int start, uint window, LiteralSet literals, KeyedValues? values, ref LineFacts facts)
    {
        if ((sort & PlaceSort.Control) != 0)
        {
            facts.Control = facts.Control < 0 ? at : facts.Control;
        }

        facts.IsVeiled |= (sort & PlaceSort.Escape) != 0 && !IsHarmless(text[(at + 1)..]);
        for (var entry = (sort & PlaceSort.Short) != 0 ? literals.FirstShort : literals.Length; entry < literals.Length; entry++)
        {
            if (literals.IsAt(entry, text, at, window, start))
            {
                Found(in literals.At(entry), text, at, start, values, ref facts);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Found(ref readonly LiteralSet.Entry literal, ReadOnlySpan<byte> text, int at, int start, KeyedValues? values, ref LineFacts facts)
    {
        var begin = at - literal.Window;
        switch (literal.Kind)
        {
            case LiteralKind.Text:
                facts.Seen |= 1UL << literal.Id;
                break;
            case LiteralKind.Key:
                values?.Take(literal.Id, text, begin + literal.Length);
                break;
            case LiteralKind.Head:
                facts.IsVeiled |= begin != start;
                break;
            case LiteralKind.Mark when begin == start || text[begin - 1] != '\\':
                // A second one, or one with white space around it, makes it unclear which counts.
                facts.IsVeiled |= facts.Marked >= 0 || begin == start || text[begin - 1] is not ((byte)',' or (byte)'{') || text[begin + literal.Length] != ':';
                facts.Marked = begin + literal.Length + 1;
                break;
            case LiteralKind.Mark:
                break;
            case LiteralKind.White:
                facts.IsVeiled |= !IsEscaped(text[start..begin]);
                break;
            default:
                facts.IsVeiled = true;
                break;
        }
    }

    /// <summary>Whether what follows a text is escaped by the backslashes at its end.</summary>
    private static bool IsEscaped(ReadOnlySpan<byte> text) => ((text.Length - text.TrimEnd((byte)'\\').Length) & 1) != 0;

    /// <summary>
    /// Whether what is escaped hides no literal: a control character or one of Go's (<c>\u0026 \u003c \u003e</c>), since none holds them, or what equals
    /// nothing in ASCII in another case.
    /// </summary>
    private static bool IsHarmless(ReadOnlySpan<byte> escaped)
    {
        if (escaped.Length < 5 || escaped[0] != 'u')
        {
            return escaped.Length > 0 && escaped[0] is not ((byte)'/' or (byte)'u') && escaped[0] >= ' ';
        }

        var number = 0;
        foreach (var digit in escaped.Slice(1, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            number = (number << 4) | (digit <= '9' ? digit - '0' : (digit & 0xDF) - 'A' + 10);
        }

        return number is < 0x20 or '&' or '<' or '>' or (>= 0x80 and not (0x17F or 0x212A));
    }
}
