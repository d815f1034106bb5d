using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Planning;

namespace Saker.Detections.Windows;

/// <summary>
/// The windows of one detection: which are open, owed, reopened, failed, and what is due when. Knows no store and no thread: who holds it takes turns.
/// </summary>
internal sealed class DetectionWindows
{
    private readonly WindowSettings settings;
    private readonly SortedDictionary<DateTimeOffset, WindowEntry> pending = [];
    private readonly DateTimeOffset enabledAt;
    private DateTimeOffset settledUpTo;
    private DateTimeOffset lastAdvanced;

    /// <param name="prepared">The detection.</param>
    /// <param name="firstRequest">The number of its first request among those of all detections.</param>
    /// <param name="enabledAt">Windows that ended before are nobody's.</param>
    /// <param name="settledUpTo">All windows that ran until then are done, or are given by <see cref="Resume"/>.</param>
    /// <param name="settings">Clock and bounds.</param>
    public DetectionWindows(PreparedDetection prepared, int firstRequest, DateTimeOffset enabledAt, DateTimeOffset settledUpTo, WindowSettings settings)
    {
        (Prepared, FirstRequest, this.enabledAt, this.settledUpTo, this.settings) = (prepared, firstRequest, enabledAt, settledUpTo, settings);
        Schedule = new WindowSchedule(prepared.Detection.Schedule, settings.Zone);
        TellsEarly = prepared.Plan.WhyAtClose is null && prepared.Detection.Risk is not null;
    }

    public PreparedDetection Prepared { get; }

    public WindowSchedule Schedule { get; }

    public int FirstRequest { get; }

    /// <summary>Whether rows stay once they are there, so that they may be told before the window closes.</summary>
    public bool TellsEarly { get; }

    /// <summary>The window that is being evaluated; one at a time.</summary>
    public WindowEntry? Running { get; private set; }

    public IEnumerable<WindowEntry> Pending => pending.Values;

    /// <summary>Takes up a window that the ledger says is not done.</summary>
    public void Resume(LedgerRow row)
    {
        // Its own bounds count, which an earlier schedule may have given it; what that left open ends now.
        var window = new Window(new TimeRange(TimeRange.Nanoseconds(row.Earliest), TimeRange.Nanoseconds(row.Latest)), row.ScheduledTime.ToUniversalTime(), IsScheduled: true);
        var isLeft = row.State == WindowState.Open && (Schedule.NextRun(row.ScheduledTime.AddTicks(-1)) != row.ScheduledTime || Schedule.At(row.ScheduledTime).Range != window.Range);
        pending[window.ScheduledTime] = new WindowEntry(window, isLeft ? row with { State = WindowState.Owed } : row) { IsDirty = true };
    }

    /// <summary>Windows to be evaluated although they are done, or ended before the detection was enabled.</summary>
    public int Owe(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, Func<Window, LedgerRow?> known, Func<LedgerRow?, bool> wants)
    {
        var count = 0;
        foreach (var window in Schedule.Over(from, to).TakeWhile(w => w.ScheduledTime <= now))
        {
            if (known(window) is var before && !wants(before))
            {
                continue;
            }

            count++;
            var row = before ?? LedgerRow.Of(Prepared.Detection, window, WindowState.Owed);
            pending[window.ScheduledTime] = new WindowEntry(window, row with { State = row.State == WindowState.Done ? WindowState.Reopened : WindowState.Owed });
        }

        return count;
    }

    /// <summary>Runs that the ledger calls done although an earlier one is not: a gap is filled, these stay.</summary>
    public IReadOnlySet<DateTimeOffset> DoneBeforeStart { get; init; } = new HashSet<DateTimeOffset>();

    /// <summary>The windows that ran up to now become owed.</summary>
    public void Advance(DateTimeOffset now)
    {
        if (lastAdvanced - now > settings.ClockStep)
        {
            TurnBack(now);
        }

        lastAdvanced = now < lastAdvanced ? lastAdvanced : now;
        if (now <= settledUpTo)
        {
            return;
        }

        var from = Max(settledUpTo, now - settings.Lateness);
        var enabled = TimeRange.Nanoseconds(enabledAt);
        foreach (var window in Schedule.Runs(from, now))
        {
            if (window.Range.Latest <= enabled || (DoneBeforeStart.Contains(window.ScheduledTime) && !pending.ContainsKey(window.ScheduledTime)))
            {
                continue;
            }

            if (!pending.TryGetValue(window.ScheduledTime, out var entry))
            {
                pending[window.ScheduledTime] = entry = new WindowEntry(window, LedgerRow.Of(Prepared.Detection, window, WindowState.Owed));
            }

            if (entry.Row.State == WindowState.Open)
            {
                // What failed while it was open was tried for the sake of speed: its own tries begin now.
                entry.Row = entry.Row with { State = WindowState.Owed, Failures = 0 };
                entry.DueAt = window.ScheduledTime;
            }
        }

        settledUpTo = now;
    }

    /// <summary>
    /// An event that one of the requests wants has come. Open windows that hold it become dirty; those that are done are given back: the ledger must say that
    /// they are reopened before the event counts as taken.
    /// </summary>
    public IEnumerable<Window> Mark(int request, long time, DateTimeOffset now)
    {
        Advance(now);
        if (TellsEarly)
        {
            MarkOpen(time, now);
        }

        var wanted = Prepared.Plan.Requests[request];
        var happened = Scan.ToTime(time);
        return happened >= now || happened < now - settings.Lateness - TimeSpan.FromDays(1) ? [] : Late(wanted, time, happened, now);
    }

    /// <summary>Takes up a window that is done and must be evaluated again, for so many late events.</summary>
    public LedgerRow Reopen(Window window, LedgerRow? known, long late)
    {
        var row = known ?? LedgerRow.Of(Prepared.Detection, window, WindowState.Reopened);
        row = row with { State = WindowState.Reopened, Late = row.Late + late, Version = row.Version + 1 };
        pending[window.ScheduledTime] = new WindowEntry(window, row) { IsDirty = true };
        return row;
    }

    /// <summary>Since when something is due; null if nothing is.</summary>
    public DateTimeOffset? Peek(DateTimeOffset now) => Due(now) is { } due ? (due.DueAt > due.Window.ScheduledTime || due.Row.State == WindowState.Open ? due.DueAt : due.Window.ScheduledTime) : null;

    /// <summary>The window to evaluate now, and whether for good; null if none is due. It is running until <see cref="Finish"/>.</summary>
    public (WindowEntry Entry, bool IsFinal)? Take(DateTimeOffset now)
    {
        if (Due(now) is not { } due)
        {
            return null;
        }

        due.IsDirty = false;
        Running = due;
        return (due, due.Row.State != WindowState.Open);
    }

    /// <summary>The evaluation ended; the row says what the ledger now says. An event that came meanwhile has made the window dirty again.</summary>
    public void Finish(WindowEntry entry, LedgerRow row, DateTimeOffset dueAt, bool isGivenUp = false)
    {
        Running = null;
        var ranMeanwhile = entry.Row.State == WindowState.Owed && row.State == WindowState.Open;
        entry.Row = ranMeanwhile ? row with { State = WindowState.Owed } : row;
        entry.DueAt = ranMeanwhile ? entry.DueAt : dueAt;
        entry.IsGivenUp = isGivenUp;
        if (row.State == WindowState.Done && pending.TryGetValue(entry.Window.ScheduledTime, out var present) && ReferenceEquals(present, entry))
        {
            if (entry.IsDirty)
            {
                entry.Row = row with { State = WindowState.Reopened, Late = row.Late + 1 };
            }
            else
            {
                pending.Remove(entry.Window.ScheduledTime);
            }
        }
    }

    /// <summary>When something is due next; the next run at the latest.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now)
    {
        var next = Schedule.NextRun(now);
        foreach (var entry in Running is null ? pending.Values.Where(e => !e.IsGivenUp && (e.Row.State != WindowState.Open || e.IsDirty)) : [])
        {
            next = entry.DueAt < next ? entry.DueAt : next;
        }

        return next;
    }

    /// <summary>The earliest time that a request reads for the windows that are open.</summary>
    public long OpenReach(int request, DateTimeOffset now)
    {
        var next = Schedule.At(Schedule.NextRun(now));
        return Prepared.Plan.Requests[request].Resolve(next.Range, next.ScheduledTime, settings.Zone).Earliest;
    }

    /// <summary>The earliest time that a window which is still open, or not done, reads under the detection's own bounds.</summary>
    public long Reach(int request, DateTimeOffset now)
    {
        var wanted = Prepared.Plan.Requests[request];
        var reach = OpenReach(request, now);
        foreach (var entry in pending.Values)
        {
            reach = Math.Min(reach, wanted.Resolve(entry.Window.Range, entry.Window.ScheduledTime, settings.Zone).Earliest);
        }

        return reach;
    }

    /// <summary>The clock was set back: what was to wait a moment must not wait for the hours that are lived again, and their runs come again.</summary>
    private void TurnBack(DateTimeOffset now)
    {
        lastAdvanced = now;
        settledUpTo = settledUpTo < now ? settledUpTo : now;
        foreach (var entry in pending.Values.Where(e => e.DueAt > now))
        {
            entry.DueAt = now;
        }
    }

    private WindowEntry? Due(DateTimeOffset now)
    {
        Advance(now);
        return Running is not null
            ? null
            : pending.Values.FirstOrDefault(e => e.Row.State != WindowState.Open && !e.IsGivenUp && e.DueAt <= now)
                ?? pending.Values.FirstOrDefault(e => e.Row.State == WindowState.Open && e.IsDirty && e.DueAt <= now);
    }

    private void MarkOpen(long time, DateTimeOffset now)
    {
        for (var run = Schedule.NextRun(now); ; run = Schedule.NextRun(run))
        {
            var window = Schedule.At(run);
            if (window.Range.Earliest > time)
            {
                return;
            }

            if (window.Range.Contains(time) && window.Range.Latest > TimeRange.Nanoseconds(enabledAt))
            {
                if (!pending.TryGetValue(run, out var entry))
                {
                    pending[run] = entry = new WindowEntry(window, LedgerRow.Of(Prepared.Detection, window, WindowState.Open));
                }

                if (!entry.IsDirty)
                {
                    entry.IsDirty = true;
                    entry.DueAt = Max(entry.DueAt, now + settings.Debounce);
                }

                // Windows that overlap hold it too: the next one tells, the others find it at their time.
                return;
            }
        }
    }

    private List<Window> Late(SourceRequest wanted, long time, DateTimeOffset happened, DateTimeOffset now)
    {
        var late = new List<Window>();
        var enabled = TimeRange.Nanoseconds(enabledAt);
        foreach (var window in Schedule.Runs(happened.AddSeconds(-1), now))
        {
            var range = wanted.Resolve(window.Range, window.ScheduledTime, settings.Zone);
            if (range.Earliest > time)
            {
                break;
            }

            if (!range.Contains(time) || window.ScheduledTime < now - settings.Lateness || window.Range.Latest <= enabled)
            {
                continue;
            }

            if (pending.TryGetValue(window.ScheduledTime, out var entry))
            {
                // Owed, failed or reopened already: it will see the event, unless it is being read just now.
                entry.IsDirty = true;
            }
            else
            {
                late.Add(window);
            }
        }

        return late;
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
