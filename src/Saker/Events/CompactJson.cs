using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Saker.Spl.Scanning;

namespace Saker.Events;

/// <summary>
/// Looks over an object 64 bytes at a time for what its identity leaves out: white space between tokens, and the members <c>kind</c> and <c>apiVersion</c>
/// at the top (<c>{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":…</c>).
/// </summary>
internal static class CompactJson
{
    public const int MostEnvelopeKeys = 4;

    private const int BlockBytes = 64;

    /// <summary>
    /// Whether the text is one object, from its first byte to its last, without white space between its tokens. <paramref name="keys"/> takes where the keys
    /// that are left out begin. False as well for what is better looked at byte by byte.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> json, Span<int> keys, out int count)
    {
        count = 0;
        if (json.Length < 2 || json[0] != (byte)'{' || json[^1] != (byte)'}')
        {
            return false;
        }

        var (depth, inString, escape) = (0, 0UL, 0UL);
        Span<byte> last = stackalloc byte[BlockBytes];
        for (var start = 0; start < json.Length; start += BlockBytes)
        {
            var bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(Block(json[start..], last)));
            var quotes = Equal(bytes, '"');
            var backslashes = Equal(bytes, '\\');
            if ((backslashes | escape) != 0)
            {
                quotes &= ~BlockCarry.Escaped(backslashes, ref escape);
            }

            var inside = ScalarKernel.PrefixXor(quotes) ^ inString;
            inString = (ulong)((long)inside >> 63);
            var blanks = Vector512.LessThanOrEqual(bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
            if (((blanks | backslashes) & ~inside) != 0)
            {
                return false;
            }

            // One bit tells [ from {, and ] from }.
            var folded = bytes | Vector512.Create((byte)0x20);
            var opens = Equal(folded, '{') & ~inside;
            var closes = Equal(folded, '}') & ~inside;
            var closed = BitOperations.PopCount(closes);
            if (depth - closed > 1)
            {
                depth += BitOperations.PopCount(opens) - closed;
                continue;
            }

            // A key that begins with the block's last byte is looked at whatever comes next.
            var named = ((Equal(bytes, 'k') | Equal(bytes, 'a')) >> 1) | (1UL << 63);
            for (var marks = opens | closes | (quotes & inside & named); marks != 0; marks &= marks - 1)
            {
                var bit = marks & (0 - marks);
                var at = start + BitOperations.TrailingZeroCount(marks);
                if ((opens & bit) != 0)
                {
                    depth++;
                }
                else if ((closes & bit) != 0)
                {
                    if (--depth == 0 && at != json.Length - 1)
                    {
                        return false;
                    }
                }
                else if (depth == 1 && IsEnvelopeKey(json[at..]))
                {
                    if (count == MostEnvelopeKeys)
                    {
                        return false;
                    }

                    keys[count++] = at;
                }
            }
        }

        return depth == 0 && inString == 0;
    }

    /// <summary>The next bytes; where they are the last, with noughts behind them.</summary>
    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> rest, Span<byte> last)
    {
        if (rest.Length >= BlockBytes)
        {
            return rest;
        }

        last.Fill((byte)'0');
        rest.CopyTo(last);
        return last;
    }

    private static bool IsEnvelopeKey(ReadOnlySpan<byte> text) => text.StartsWith("\"kind\":"u8) || text.StartsWith("\"apiVersion\":"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector512<byte> bytes, char c) => Vector512.Equals(bytes, Vector512.Create((byte)c)).ExtractMostSignificantBits();
}
