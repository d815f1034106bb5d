using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Spl.Scanning;

/// <summary>
/// The order in which the keys of an object came last: events of one source have the same ones in the same order, so the next key is mostly known before it is read. After each
/// key the two are kept that followed it last, as some members come and go. Says nothing but what stands there, whatever it learned.
/// </summary>
internal sealed class KeyOrder
{
    /// <summary>Past this many nothing new is learned: the keys are values of a map.</summary>
    private const int MostLearned = 1024;

    private const int Places = 128;

    private KnownKey?[]? known;
    private int learned;

    /// <summary>Stands before the first key.</summary>
    public KnownKey Start { get; } = new([], null);

    /// <summary>Learns that a key came after another one; returns what to look the next one up by.</summary>
    /// <param name="last">What came before.</param>
    /// <param name="key">The key with its quotes and its colon, <c>"verb":</c>; no backslash is in it.</param>
    /// <param name="node">What it leads to.</param>
    public KnownKey Learn(KnownKey last, ReadOnlySpan<byte> key, FieldNode? node)
    {
        if (key.Length > KnownKey.MostBytes)
        {
            return last;
        }

        known ??= new KnownKey?[Places];
        ref var place = ref known[Place(key)];
        if (place is null || !place.Is(key))
        {
            if (learned == MostLearned)
            {
                return last;
            }

            learned++;
            place = new KnownKey(key, node);
        }

        last.Precede(place);
        return place;
    }

    private static int Place(ReadOnlySpan<byte> key)
    {
        var hash = (uint)key.Length;
        foreach (var c in key)
        {
            hash = (hash * 31) + c;
        }

        return (int)((hash * 0x9E3779B1) >> 16) % Places;
    }
}

/// <summary>A key as it stands in an object, and those that came after it last.</summary>
internal sealed class KnownKey
{
    public const int MostBytes = 32;

    private readonly byte[] text = new byte[MostBytes];
    private readonly uint beyond;
    private KnownKey? next;
    private KnownKey? other;

    public KnownKey(ReadOnlySpan<byte> key, FieldNode? node)
    {
        key.CopyTo(text);
        (Length, Node) = (key.Length, node);
        beyond = key.Length == MostBytes ? 0 : ~0U << key.Length;
    }

    /// <summary>With quotes and colon.</summary>
    public int Length { get; }

    /// <summary>What its value leads to; null if to nothing.</summary>
    public FieldNode? Node { get; }

    public bool Is(ReadOnlySpan<byte> key) => key.SequenceEqual(text.AsSpan(0, Length));

    public void Precede(KnownKey key)
    {
        if (!ReferenceEquals(next, key))
        {
            (next, other) = (key, next);
        }
    }

    /// <summary>Which of the keys that came after this one stands at a place of a text; null if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KnownKey? Next(ReadOnlySpan<byte> json, int at)
    {
        if (at + MostBytes > json.Length)
        {
            return null;
        }

        var read = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
        return next is not null && next.IsIn(read) ? next
            : other is not null && other.IsIn(read) ? other
            : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsIn(Vector256<byte> read) =>
        (Vector256.Equals(read, Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(text))).ExtractMostSignificantBits() | beyond) == ~0U;
}
