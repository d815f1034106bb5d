using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Ingest;

/// <summary>
/// Tells in one pass whether text may hold a secret: names one (<c>ecret</c>), a token (<c>oken</c>), or spells a letter as an escape
/// (<c>\u0064ata</c>). Most events do none of it and must not pay for those that do.
/// </summary>
internal static class SecretHint
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool In(ReadOnlySpan<byte> text)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var at = 0;
        for (; Vector256.IsHardwareAccelerated && at + Vector256<byte>.Count < text.Length; at += Vector256<byte>.Count)
        {
            var here = Vector256.LoadUnsafe(ref start, (nuint)at);
            var next = Vector256.LoadUnsafe(ref start, (nuint)(at + 1));
            var pairs = (Vector256.Equals(here, Vector256.Create((byte)'c')) & Vector256.Equals(next, Vector256.Create((byte)'r')))
                | (Vector256.Equals(here, Vector256.Create((byte)'k')) & Vector256.Equals(next, Vector256.Create((byte)'e')))
                | (Vector256.Equals(here, Vector256.Create((byte)'\\')) & Vector256.Equals(next, Vector256.Create((byte)'u')));
            for (var mask = pairs.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
            {
                if (IsHint(text, at + BitOperations.TrailingZeroCount(mask)))
                {
                    return true;
                }
            }
        }

        for (; at < text.Length; at++)
        {
            if (IsHint(text, at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether an object that says what it is may say so here: <c>"kind":"Secret"</c>. Much text mentions secrets (every schema, every role), few
    /// objects are one.
    /// </summary>
    public static bool OfKindIn(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("\"Secret"u8) >= 0 || text.IndexOf("\"TokenRe"u8) >= 0)
        {
            return true;
        }

        for (var at = text.IndexOf("\\u00"u8); at >= 0;)
        {
            if (IsHint(text, at))
            {
                return true;
            }

            var next = text[(at + 1)..].IndexOf("\\u00"u8);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static bool IsHint(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)'c' => at >= 1 && text[(at - 1)..].StartsWith("ecret"u8),
        (byte)'k' => at >= 1 && text[(at - 1)..].StartsWith("oken"u8),

        // Go writes <, > and & as \u003c, \u003e and \u0026; letters stand in the rows 4 to 7.
        (byte)'\\' => at + 4 < text.Length && text[(at + 1)..].StartsWith("u00"u8) && text[at + 4] is >= (byte)'4' and <= (byte)'7',
        _ => false,
    };
}
