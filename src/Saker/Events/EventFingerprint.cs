using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Events;

/// <summary>
/// A number for an audit event that equal events share and others hardly do: of its id, stage and stamp. Where two share it, all they say must be
/// compared, since a client may choose the id. Good for this run of the program only, so that nobody can choose events that collide.
/// </summary>
internal static class EventFingerprint
{
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();
    private static readonly ulong Factor = (ulong)Random.Shared.NextInt64() | 1;

    public static ulong Of(ReadOnlySpan<byte> auditId, ReadOnlySpan<byte> stage, ReadOnlySpan<byte> stamp) =>
        Mix(Add(Add(Add(Seed, auditId), stage), stamp), (uint)auditId.Length + ((ulong)(uint)stage.Length << 20) + ((ulong)(uint)stamp.Length << 40), 0);

    /// <summary>16 bytes at a time; the last ones may be taken twice, so the length is to be taken too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Add(ulong hash, ReadOnlySpan<byte> text)
    {
        for (var rest = text; rest.Length > 2 * sizeof(ulong); rest = rest[(2 * sizeof(ulong))..])
        {
            hash = Mix(hash, MemoryMarshal.Read<ulong>(rest), MemoryMarshal.Read<ulong>(rest[sizeof(ulong)..]));
        }

        if (text.Length >= 2 * sizeof(ulong))
        {
            return Mix(hash, MemoryMarshal.Read<ulong>(text[^(2 * sizeof(ulong))..]), MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..]));
        }

        if (text.Length >= sizeof(ulong))
        {
            return Mix(hash, MemoryMarshal.Read<ulong>(text), MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..]));
        }

        var few = 0UL;
        foreach (var c in text)
        {
            few = (few << 8) | c;
        }

        return Mix(hash, few, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong first, ulong second)
    {
        var high = Math.BigMul(hash ^ first, Factor ^ second, out var low);
        return BitOperations.RotateLeft(high, 29) ^ low;
    }
}
