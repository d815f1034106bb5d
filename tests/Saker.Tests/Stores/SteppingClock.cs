namespace Saker.Tests.Stores;

/// <summary>A clock whose waits are over at once, and are added up. Its wall clock jumps by an hour, back and forth.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private readonly Lock gate = new();
    private int jumps;

    public TimeSpan Slept { get; private set; }

    public TimeSpan Longest { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return Slept.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56).AddHours(jumps++ % 2).AddTicks(GetTimestamp());

    public void Step(TimeSpan time)
    {
        lock (gate)
        {
            Slept += time;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
        {
            return new Done();
        }

        lock (gate)
        {
            Slept += dueTime;
            Longest = dueTime > Longest ? dueTime : Longest;
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null);
        return new Done();
    }

    private sealed class Done : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
