using System.Numerics;
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

    public static ulong Of(ReadOnlySpan<byte> auditId, ReadOnlySpan<byte> stage, ReadOnlySpan<byte> stamp) => Add(Add(Add(Seed, auditId), stage), stamp);

    private static ulong Add(ulong hash, ReadOnlySpan<byte> text)
    {
        hash = Mix(hash, (ulong)text.Length);
        while (text.Length >= sizeof(ulong))
        {
            hash = Mix(hash, MemoryMarshal.Read<ulong>(text));
            text = text[sizeof(ulong)..];
        }

        var rest = 0UL;
        foreach (var c in text)
        {
            rest = (rest << 8) | c;
        }

        return Mix(hash, rest);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word, Factor, out var low);
        return BitOperations.RotateLeft(high, 29) ^ low;
    }
}
