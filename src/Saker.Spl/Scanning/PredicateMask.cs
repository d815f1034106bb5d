using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Spl.Scanning;

/// <summary>Some of many predicates, a bit each, in so many words that vectors come out even.</summary>
internal static class PredicateMask
{
    private const int WordsPerVector = 4;

    /// <summary>None of so many.</summary>
    public static ulong[] None(int predicates) => new ulong[(predicates + (64 * WordsPerVector) - 1) / (64 * WordsPerVector) * WordsPerVector];

    /// <summary>All of so many.</summary>
    public static ulong[] All(int predicates)
    {
        var mask = None(predicates);
        for (var number = 0; number < predicates; number++)
        {
            Set(mask, number);
        }

        return mask;
    }

    public static void Set(ulong[] mask, int number) => mask[number >> 6] |= 1UL << number;

    /// <summary>Takes some out.</summary>
    public static void Remove(ulong[] target, ulong[] some)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] &= ~some[i];
        }
    }

    // Into a loop that is compiled once and for good.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Or(ulong[] target, ulong[] more)
    {
        ref var to = ref MemoryMarshal.GetArrayDataReference(target);
        ref var from = ref MemoryMarshal.GetArrayDataReference(more);
        for (nuint i = 0; i < (nuint)Math.Min(target.Length, more.Length); i += WordsPerVector)
        {
            (Vector256.LoadUnsafe(ref to, i) | Vector256.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void And(ulong[] target, ulong[] only)
    {
        ref var to = ref MemoryMarshal.GetArrayDataReference(target);
        ref var from = ref MemoryMarshal.GetArrayDataReference(only);
        for (nuint i = 0; i < (nuint)Math.Min(target.Length, only.Length); i += WordsPerVector)
        {
            (Vector256.LoadUnsafe(ref to, i) & Vector256.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsEmpty(ulong[] mask)
    {
        var any = 0UL;
        foreach (var word in mask)
        {
            any |= word;
        }

        return any == 0;
    }
}
