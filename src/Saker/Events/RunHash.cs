using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Saker.Spl.Execution;

namespace Saker.Events;

/// <summary>
/// A 128-bit hash for one run of the program, many times faster than SHA-256: the text as a polynomial over GF(2^128), at a point that this process drew
/// by lot. Two texts meet at a given point with a chance of their length / 2^132, and who does not know the point, which never leaves the
/// process, cannot do better than chance. Where the machine has no carry-less multiplication, SHA-256.
/// </summary>
internal static class RunHash
{
    private const int BlockBytes = 16;
    private const int StrideBytes = 4 * BlockBytes;

    private static readonly Vector128<ulong> Point = MemoryMarshal.Read<Vector128<ulong>>(RandomNumberGenerator.GetBytes(BlockBytes));
    private static readonly Vector128<ulong>[] Powers = PowersOf(Point);

    public static Key128 Of(ReadOnlySpan<byte> text)
    {
        if (!Pclmulqdq.IsSupported)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text, hash);
            return new Key128(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
        }

        var (first, second, third, fourth) = (Powers[0], Powers[1], Powers[2], Powers[3]);
        var size = Vector128.CreateScalar((ulong)text.Length);
        var sum = Vector128<ulong>.Zero;
        while (text.Length >= StrideBytes)
        {
            var product = default(Product);
            product.Add(sum ^ Block(text), fourth);
            product.Add(Block(text[BlockBytes..]), third);
            product.Add(Block(text[(2 * BlockBytes)..]), second);
            product.Add(Block(text[(3 * BlockBytes)..]), first);
            sum = product.Reduce();
            text = text[StrideBytes..];
        }

        Span<byte> last = stackalloc byte[BlockBytes];
        while (!text.IsEmpty)
        {
            var length = Math.Min(text.Length, BlockBytes);
            last.Clear();
            text[..length].CopyTo(last);
            sum = Multiply(sum ^ Block(last), first);
            text = text[length..];
        }

        // A block of its own for the length, so that noughts at the end count.
        sum = Multiply(sum ^ size, first);
        return new Key128(sum[1], sum[0]);
    }

    private static Vector128<ulong> Block(ReadOnlySpan<byte> text) => Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(text)).AsUInt64();

    private static Vector128<ulong> Multiply(Vector128<ulong> left, Vector128<ulong> right)
    {
        var product = default(Product);
        product.Add(left, right);
        return product.Reduce();
    }

    private static Vector128<ulong>[] PowersOf(Vector128<ulong> point)
    {
        var powers = new Vector128<ulong>[4];
        powers[0] = point;
        for (var i = 1; Pclmulqdq.IsSupported && i < powers.Length; i++)
        {
            powers[i] = Multiply(powers[i - 1], point);
        }

        return powers;
    }

    /// <summary>A sum of products of polynomials, 256 bits, not yet reduced.</summary>
    private struct Product
    {
        private Vector128<ulong> low;
        private Vector128<ulong> middle;
        private Vector128<ulong> high;

        public void Add(Vector128<ulong> left, Vector128<ulong> right)
        {
            low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
            middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x01) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x10);
            high ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
        }

        /// <summary>Modulo x^128 + x^7 + x^2 + x + 1: what stands above comes back multiplied by 0x87.</summary>
        public readonly Vector128<ulong> Reduce()
        {
            var modulus = Vector128.CreateScalar(0x87UL);
            var below = low ^ Sse2.ShiftLeftLogical128BitLane(middle, 8);
            var above = high ^ Sse2.ShiftRightLogical128BitLane(middle, 8);
            var top = Pclmulqdq.CarrylessMultiply(above, modulus, 0x01);
            below ^= Sse2.ShiftLeftLogical128BitLane(top, 8);
            above ^= Sse2.ShiftRightLogical128BitLane(top, 8);
            return below ^ Pclmulqdq.CarrylessMultiply(above, modulus, 0x00);
        }
    }
}
