namespace Saker.Spl.Execution;

/// <summary>
/// When a subsearch with a bound on its time gets no more events. Only the time that it works counts, not that of the rows before its own. One
/// inside another is bound by both.
/// </summary>
internal sealed class Deadline(TimeProvider clock, TimeSpan time, Deadline? outer)
{
    private TimeSpan worked;
    private long resumed;

    public TimeSpan Time => time;

    /// <summary>Whether it kept events from being read.</summary>
    public bool HasCut { get; private set; }

    public void Resume() => resumed = clock.GetTimestamp();

    public void Pause() => worked += clock.GetElapsedTime(resumed);

    /// <summary>Asked before an event is given, while it works.</summary>
    public bool IsOver()
    {
        HasCut |= worked + clock.GetElapsedTime(resumed) >= time;
        return HasCut || outer?.IsOver() == true;
    }
}
