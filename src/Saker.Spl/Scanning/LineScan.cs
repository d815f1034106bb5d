using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>What is done for the few blocks of a line that hold a candidate or an escape.</summary>
internal ref struct LineScan(ReadOnlySpan<byte> text, int start, int end, LiteralSet literals, Span<ulong> seen)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly Span<ulong> seen = seen;

    public readonly int Start => start;

    public readonly int End => end;

    public LineFacts Facts = new() { End = -1, Marked = -1 };

    /// <summary>Escapes in a block whose depth is not known yet.</summary>
    public ulong Pending;

    /// <summary>
    /// Looks at what is escaped: a quote, a backslash, a control character or one of Go's (<c>\u0026 \u003c \u003e</c>) hides no literal, since none
    /// holds them; anything else may (<c>\u0070ods</c>).
    /// </summary>
    public void Escapes(int block, ulong escaped, ulong plain)
    {
        Pending = escaped;
        for (var rest = escaped & ~plain; rest != 0; rest &= rest - 1)
        {
            var at = block + BitOperations.TrailingZeroCount(rest);
            switch (text[at])
            {
                case (byte)'n' or (byte)'t' or (byte)'r' or (byte)'b' or (byte)'f':
                    break;
                case (byte)'u' when at + 4 < end && IsHarmless(text.Slice(at + 1, 4)):
                    break;
                default:
                    Facts.IsVeiled = true;
                    return;
            }
        }
    }

    /// <summary>Compares literals with the text where their windows stand, and looks at the escapes of keys of the root object.</summary>
    public void Look(int block, ulong found, ulong inString, ulong opens, ulong closes, int depth)
    {
        if (depth - BitOperations.PopCount(closes) > 1)
        {
            Pending = 0;
        }

        for (; Pending != 0; Pending &= Pending - 1)
        {
            var bit = BitOperations.TrailingZeroCount(Pending);
            Facts.IsVeiled |= DepthAt(bit, opens, closes, depth) == 1 && IsKey(block + bit + 1);
        }

        for (; found != 0; found &= found - 1)
        {
            var bit = BitOperations.TrailingZeroCount(found);
            var at = block + bit;
            var buckets = literals.BucketsAt(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at));
            var entry = 0;
            while (literals.TryMatch(text, at, start, ref buckets, ref entry, out var literal))
            {
                switch (literal.Kind)
                {
                    case LiteralKind.Text:
                        seen[literal.Id >> 6] |= 1UL << literal.Id;
                        break;
                    case LiteralKind.Veil:
                        Facts.IsVeiled = true;
                        break;
                    case LiteralKind.Mark when Facts.Marked < 0 && (inString >> bit & 1) != 0 && DepthAt(bit, opens, closes, depth) == 1 && text[at - literal.Window - 1] != '\\':
                        Facts.Marked = at - literal.Window + literal.Length;
                        break;
                }
            }
        }
    }

    private static int DepthAt(int bit, ulong opens, ulong closes, int depth)
    {
        var below = (1UL << bit) - 1;
        return depth + BitOperations.PopCount(opens & below) - BitOperations.PopCount(closes & below);
    }

    /// <summary>Whether the string that goes on at <paramref name="at"/> is, or may be, a key. Its last escape tells; those before need not.</summary>
    private readonly bool IsKey(int at)
    {
        var rest = text[at..end];
        var stop = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (stop < 0 || rest[stop] == '\\')
        {
            return stop < 0;
        }

        return stop + 1 >= rest.Length || rest[stop + 1] is not ((byte)',' or (byte)'}' or (byte)']');
    }

    /// <summary>Control characters, &amp;, &lt; and &gt; are in no literal; nothing beyond ASCII equals ASCII in another case but two letters.</summary>
    private static bool IsHarmless(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
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
