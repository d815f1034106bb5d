using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>Looks at the few places of a line where a literal or an escape may stand; the rest of it is not read again.</summary>
internal static class LineLook
{
    /// <summary>
    /// The line from <paramref name="start"/> to <paramref name="end"/> of a text whose candidates are known; the texts among the literals are at most 64, and the
    /// first. What stands behind keys goes to <paramref name="values"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LineFacts At(ReadOnlySpan<byte> text, int start, int end, BlockMarks marks, LiteralSet literals, KeyedValues? values = null)
    {
        var facts = new LineFacts { Marked = -1 };
        var first = start / ScanKernel.BlockBytes;
        var last = (end - 1) / ScanKernel.BlockBytes;
        for (var entry = marks.Seek(first); marks.Block(entry) is var block && block <= last; entry++)
        {
            var found = marks.Candidates(entry) & (block == first ? ~0UL << start : ~0UL);
            for (; found != 0; found &= found - 1)
            {
                var at = (block * ScanKernel.BlockBytes) + BitOperations.TrailingZeroCount(found);
                if (at >= end || !Place(text, at, start, end, literals, values, ref facts))
                {
                    return facts;
                }
            }
        }

        return facts;
    }

    /// <summary>Compares literals with the text where a window of theirs stands; false once the line is veiled. A marked name does not begin the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Place(ReadOnlySpan<byte> text, int at, int start, int end, LiteralSet literals, KeyedValues? values, ref LineFacts facts)
    {
        facts.IsVeiled |= text[at] == '\\' && !IsHarmless(text[(at + 1)..end]);
        ref var place = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at);
        var window = Unsafe.ReadUnaligned<uint>(ref place);
        for (var buckets = literals.BucketsAt(ref place); buckets != 0; buckets &= buckets - 1)
        {
            var (entry, last) = literals.Bucket(BitOperations.TrailingZeroCount(buckets));
            for (; entry < last; entry++)
            {
                if (literals.IsAt(entry, text, at, window, start))
                {
                    Found(in literals.At(entry), text, at, start, values, ref facts);
                }
            }
        }

        return !facts.IsVeiled;
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
            case LiteralKind.Mark when text[begin - 1] != '\\':
                // A second one, or one with white space around it, makes it unclear which counts.
                facts.IsVeiled |= facts.Marked >= 0 || text[begin - 1] is not ((byte)',' or (byte)'{') || text[begin + literal.Length] != ':';
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
            return escaped.Length > 0 && escaped[0] is not ((byte)'/' or (byte)'u');
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
