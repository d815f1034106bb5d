namespace Saker.Notify.Delivering;

/// <summary>How long the outbox waits after failures.</summary>
internal sealed record DeliveryTiming
{
    /// <summary>After the first failure of a notice, or of an output; each further one doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that one notice waits.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that an output is left alone which does not ask for more.</summary>
    public TimeSpan LongestOutputPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many notices of an output are kept in memory; those beyond are read again when they are due.</summary>
    public int MostLoaded { get; init; } = 2000;

    /// <summary>Half of it at least, so that what failed together is not tried again together.</summary>
    public static TimeSpan BackOff(TimeSpan first, TimeSpan longest, int failures)
    {
        var full = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 40)), longest.TotalSeconds);
#pragma warning disable CA5394 // Spreads load; guards nothing.
        return TimeSpan.FromSeconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }
}
