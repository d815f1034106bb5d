using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>
/// A text or number as it stands in JSON, ready to be compared with many: its first bytes, letters in either case. Characters that differ in case's bit alone count as the
/// same, and so do long values that begin alike.
/// </summary>
internal struct PlainValue
{
    private const int MostBytes = 32;
    private const byte CaseBit = 0x20;

    private static readonly byte[] Ones = [.. Enumerable.Repeat((byte)0xFF, MostBytes), .. new byte[MostBytes]];

    private Vector256<byte> bytes;

    /// <summary>Whether it is written in an unusual way, so that it may be anything.</summary>
    public bool IsAny { get; private set; }

    /// <summary>Of its bytes.</summary>
    public uint Hash { get; private set; }

    /// <summary>A value that is looked for; it must be ASCII.</summary>
    public static PlainValue Of(string value)
    {
        Span<byte> quoted = stackalloc byte[MostBytes + 2];
        var length = Math.Min(value.Length, MostBytes);
        quoted[0] = (byte)'"';
        Encoding.ASCII.GetBytes(value.AsSpan(0, length), quoted[1..]);
        var plain = default(PlainValue);
        plain.Settle(Vector256.Create(quoted[1..(1 + MostBytes)]), length);
        return plain;
    }

    /// <summary>Reads the value that stands at a place of a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Read(ReadOnlySpan<byte> text, int at)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at);
        if (at + 1 + MostBytes > text.Length)
        {
            IsAny = true;
        }
        else if (first == '"')
        {
            var read = Vector256.LoadUnsafe(ref first, 1);
            var quotes = Vector256.Equals(read, Vector256.Create((byte)'"')).ExtractMostSignificantBits();
            var unusual = (Vector256.Equals(read, Vector256.Create((byte)'\\')) | read).ExtractMostSignificantBits();
            var length = BitOperations.TrailingZeroCount(quotes);
            IsAny = (unusual & (uint)((1UL << length) - 1)) != 0;
            Settle(read, length);
        }
        else
        {
            var length = 0;
            for (; length < MostBytes && IsInWord(Unsafe.Add(ref first, length)); length++)
            {
            }

            IsAny = length == 0;
            Settle(Vector256.LoadUnsafe(ref first), length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsSame(in PlainValue other) => bytes == other.bytes;

    private static bool IsInWord(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'-' or (byte)'+' or (byte)'.';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Settle(Vector256<byte> read, int length)
    {
        // Behind its end there is nothing; no byte of it is nought.
        bytes = (read | Vector256.Create(CaseBit)) & Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Ones), (nuint)(MostBytes - length));
        var words = bytes.AsUInt64();
        var hash = (words[0] * 0x9E3779B97F4A7C15) ^ (words[1] * 0xC2B2AE3D27D4EB4F) ^ (words[2] * 0x165667B19E3779F9) ^ (words[3] * 0xD6E8FEB86659FD93);
        Hash = (uint)(hash >> 32);
    }
}
