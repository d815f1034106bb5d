using System.Runtime.CompilerServices;
using Saker.Events;

namespace Saker.Detections.Sieving;

/// <summary>
/// The oldest and newest time of lines that are not decoded. Their stamps mostly differ in the seconds only (<c>2026-03-14T10:12:07.000123Z</c>), so
/// what stands before is read once.
/// </summary>
internal sealed class TimeBounds
{
    private const int UpToMinute = 17;
    private readonly byte[] minute = new byte[UpToMinute];
    private long minuteStart;

    public long Oldest { get; private set; } = long.MaxValue;

    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Takes the stamp that stands at the start of a text, up to its closing quote; false if it is none that lies between the bounds.</summary>
    public bool TryTake(ReadOnlySpan<byte> text, long earliest, long latest, out long time)
    {
        if (!TryFast(text, out time) && !TryAny(text, out time))
        {
            return false;
        }

        if (time < earliest || time > latest)
        {
            return false;
        }

        Oldest = Math.Min(Oldest, time);
        Newest = Math.Max(Newest, time);
        return true;
    }

    /// <summary>Seconds and microseconds, in a minute that was read before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryFast(ReadOnlySpan<byte> text, out long time)
    {
        time = minuteStart;
        if (text.Length < 28 || !text[..UpToMinute].SequenceEqual(minute) || text[19] != '.' || text[26] != 'Z' || text[27] != '"')
        {
            return false;
        }

        var (tens, ones) = ((uint)text[17] - '0', (uint)text[18] - '0');
        var micros = 0u;
        var bad = tens > 5 || ones > 9;
        for (var i = 20; i < 26; i++)
        {
            var digit = (uint)text[i] - '0';
            bad |= digit > 9;
            micros = (micros * 10) + digit;
        }

        time += (((tens * 10) + ones) * Timestamp.Second) + (micros * 1000L);
        return !bad;
    }

    private bool TryAny(ReadOnlySpan<byte> text, out long time)
    {
        var end = text[..Math.Min(text.Length, 64)].IndexOf((byte)'"');
        if (end < 0)
        {
            time = 0;
            return false;
        }

        if (!Timestamp.TryRead(text[..end], out time, out var length))
        {
            return false;
        }

        if (length == 27 && text[26] == 'Z' && text[17] < '6')
        {
            text[..UpToMinute].CopyTo(minute);
            Span<byte> start = stackalloc byte[UpToMinute + 3];
            text[..UpToMinute].CopyTo(start);
            "00Z"u8.CopyTo(start[UpToMinute..]);
            Timestamp.TryRead(start, out minuteStart, out _);
        }

        return true;
    }
}
