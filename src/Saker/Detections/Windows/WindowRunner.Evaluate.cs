using Saker.Ingest;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Text;
using Saker.Stores;

namespace Saker.Detections.Windows;

internal sealed partial class WindowRunner
{
    /// <summary>Evaluates one window in one of the places to compute, and writes what it says. Whatever goes wrong ends in the ledger, not in the caller.</summary>
    private async Task EvaluateAsync(DetectionWindows detection, WindowEntry entry, bool isFinal, CancellationToken cancellation)
    {
        var isComputing = true;
        void Computed()
        {
            if (isComputing)
            {
                isComputing = false;
                computing.Release();
                changed.Set();
            }
        }

        var started = settings.Clock.GetTimestamp();
        var row = entry.Row with { Version = entry.Row.Version + 1, Evaluations = entry.Row.Evaluations + 1, EvaluatedAt = settings.Clock.GetUtcNow() };
        var retry = TimeSpan.Zero;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(settings.Deadline);
        try
        {
            (row, var computed) = await EvaluateAsync(detection, entry, row, isFinal, Computed, deadline.Token).ConfigureAwait(false);
            row = row with { DurationSeconds = settings.Clock.GetElapsedTime(started).TotalSeconds };
            await ledger.PutAsync([row.ToState()], cancellation).ConfigureAwait(false);
            // Computing takes a processor from others; waiting for the store does not.
            var (rest, took) = (computed * settings.RestFactor, settings.Clock.GetElapsedTime(started));
            retry = isFinal ? TimeSpan.Zero : rest > took ? rest : took;
        }
        catch (StoreUnavailableException)
        {
            // Nothing is decided: the same window, with the same state, a little later.
            row = entry.Row;
            entry.IsDirty = true;
            retry = settings.StoreRetry;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Finish(detection, entry, entry.Row, TimeSpan.Zero);
            throw;
        }
        catch (Exception failure)
        {
            Computed();
            (row, retry) = await FailAsync(entry, row, failure, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Computed();
        }

        Finish(detection, entry, row, retry);
    }

    private async Task<(LedgerRow Row, TimeSpan Computed)> EvaluateAsync(DetectionWindows detection, WindowEntry entry, LedgerRow row, bool isFinal, Action computedAll, CancellationToken cancellation)
    {
        var began = settings.Clock.GetTimestamp();
        var prepared = detection.Prepared;
        var outcome = new DetectionOutcome(prepared.Detection);
        using var riskEvents = new RiskEventSet([prepared.Detection], settings.TemporaryDirectory);
        var (source, matched) = Collect(detection, entry.Window, cancellation);
        using var spool = source as IDisposable;
        var context = new SearchContext
        {
            Source = source,
            Now = entry.Window.ScheduledTime,
            Range = entry.Window.Range,
            Zone = settings.Zone,
            FindPlace = settings.FindPlace,
            Lookups = settings.Lookups,
            TemporaryDirectory = settings.TemporaryDirectory,
            Cancellation = cancellation,
        };
        var throttle = await throttles.OfAsync(prepared.Detection, cancellation).ConfigureAwait(false);
        var exceptions = settings.Exceptions?.SetOf(settings.ContentExceptions) ?? contentExceptions;
        var (keptBack, told) = (new HashSet<Key128>(), new HashSet<string>(StringComparer.Ordinal));
        var computed = TimeSpan.Zero;
        void Take(RiskEvent e)
        {
            string? changed = null;
            // What is hidden keeps nothing back: what follows may not be.
            if (e.HiddenBy.Length == 0 && throttle?.KeepsBack(e, out changed) == true)
            {
                keptBack.Add(e.Id);
                return;
            }

            if (changed is not null)
            {
                told.Add(changed);
            }

            riskEvents.Add(e);
        }

        try
        {
            WindowEvaluation.Run(prepared, entry.Window, context, source, outcome, Take, exceptions: exceptions);
            computed = settings.Clock.GetElapsedTime(began);
            computedAll();
            await throttles.KeepAsync(prepared.Detection, entry.Window.ScheduledTime, told, cancellation).ConfigureAwait(false);
        }
        catch
        {
            throttles.Forget(prepared.Detection);
            throw;
        }

        var group = LedgerRow.GroupOf(prepared.Detection.Id, entry.Window.ScheduledTime);
        var written = await log.WriteAsync(
            group, riskEvents.InOrder(), e => Evidence(source, e), isFinal, source is CachedWindow, cancellation).ConfigureAwait(false);
        if (settings.Exceptions is { } book && outcome.Covered.Count > 0)
        {
            await book.CountAsync(group, entry.Window.ScheduledTime, outcome.Covered.ToDictionary(c => c.Key, c => c.Value.Count), cancellation).ConfigureAwait(false);
        }

        row = row with
        {
            State = isFinal ? WindowState.Done : WindowState.Open,
            Matched = matched,
            Rows = outcome.Rows,
            Written = written.Standing,
            Withdrawn = written.Withdrawn,
            Suppressed = keptBack.Union(outcome.Ignored).Count(),
            Failures = 0,
            Error = "",
        };
        return (row, computed);
    }

    private static IEnumerable<Event> Evidence(IMatchedSource source, RiskEvent e) => e.Evidence.Named.ToArray().Select(source.Read);

    /// <summary>The window's events: from memory if all of them are there, else from the store.</summary>
    private (IMatchedSource Source, long Matched) Collect(DetectionWindows detection, Window window, CancellationToken cancellation)
    {
        var plan = detection.Prepared.Plan;
        TimeRange RangeOf(Spl.Planning.SourceRequest r) => r.Resolve(window.Range, window.ScheduledTime, settings.Zone);
        var ranges = plan.Requests.Select(RangeOf).ToList();
        // What the ledger says now stands in the store alone.
        if (!plan.Requests.Any(r => RiskAwareSource.MayWantLedger(r.Predicate)))
        {
            // Asked once: what is there now may be forgotten a moment later.
            var matched = ranges.Select((range, i) => cache.Read(detection.FirstRequest + i, range)).ToList();
            if (matched.TrueForAll(m => m is not null))
            {
                var cached = new CachedWindow(plan.Requests, [.. matched.Select(m => m!)]);
                return (cached, cached.Matched);
            }
        }

        var spool = StoredWindow.Read(store, detection.Prepared, RangeOf, settings.TemporaryDirectory, cancellation);
        return (spool, spool.Count);
    }

    private async Task<(LedgerRow Row, TimeSpan Retry)> FailAsync(WindowEntry entry, LedgerRow row, Exception failure, CancellationToken cancellation)
    {
        var why = failure is SplException mistake ? mistake.Diagnostics[0].Message
            : failure is OperationCanceledException ? $"it took longer than {settings.Deadline.TotalSeconds:0} s"
            : $"{failure.GetType().Name}: {failure.Message}";
        row = row with { State = entry.Row.State == WindowState.Open ? WindowState.Open : WindowState.Failed, Failures = row.Failures + 1, Error = why };
        try
        {
            await ledger.PutAsync([row.ToState()], cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The ledger learns of it at the next try.
        }

        entry.IsDirty = true;
        return (row, RetryAfter(row));
    }

    /// <summary>An open window is not given up, and tried again soon at first: its events are new, and what failed may be a store that is coming back.</summary>
    private TimeSpan RetryAfter(LedgerRow row)
    {
        if (row.State != WindowState.Open)
        {
            return row.Failures <= settings.RetryAfter.Count ? settings.RetryAfter[row.Failures - 1] : TimeSpan.MaxValue;
        }

        var soon = settings.StoreRetry * Math.Pow(2, Math.Min(row.Failures - 1, 16));
        var longest = settings.RetryAfter.Count > 0 ? settings.RetryAfter[Math.Min(row.Failures, settings.RetryAfter.Count) - 1] : soon;
        return soon < longest ? soon : longest;
    }

    private void Finish(DetectionWindows detection, WindowEntry entry, LedgerRow row, TimeSpan retry)
    {
        lock (guard)
        {
            var now = settings.Clock.GetUtcNow();
            detection.Finish(entry, row, retry == TimeSpan.MaxValue ? now : now + retry, isGivenUp: retry == TimeSpan.MaxValue && row.State == WindowState.Failed);
        }

        changed.Set();
    }

    /// <summary>Reads into memory what the store has of the windows that are open or owed.</summary>
    private void Warm(CancellationToken cancellation)
    {
        var now = settings.Clock.GetUtcNow();
        foreach (var detection in detections)
        {
            detection.Advance(now);
            for (var i = 0; i < detection.Prepared.Plan.Requests.Count; i++)
            {
                var (request, number) = (detection.Prepared.Plan.Requests[i], detection.FirstRequest + i);
                var from = detection.OpenReach(i, now);
                cache.Cover(number, from);
                using var copies = new CopyBuffer();
                var own = new HeadMatcher([request]);
                foreach (var e in store.Read(request, new TimeRange(from, long.MaxValue), cancellation))
                {
                    if (own.Match(e).Count > 0)
                    {
                        seenBefore.Add(e, number);
                        cache.Add(e, e.Identity, [number]);
                        lock (guard)
                        {
                            foreach (var _ in detection.Mark(i, e.TimeNanoseconds, now))
                            {
                                // Done before the start: what it saw is what was stored.
                            }
                        }
                    }
                }
            }
        }
    }

    private void Take(Event e, UInt128? identity, Dictionary<(int Detection, DateTimeOffset Run), (Window Window, long Count)> late)
    {
        var wanted = matcher.Match(e);
        if (wanted.Count == 0)
        {
            return;
        }

        var requests = wanted.ToArray();
        if (seenBefore.New(e, requests) is { Length: > 0 } fresh)
        {
            cache.Add(e, identity, fresh);
        }

        var now = settings.Clock.GetUtcNow();
        lock (guard)
        {
            foreach (var request in requests)
            {
                var number = detectionOf[request];
                var detection = detections[number];
                foreach (var window in detection.Mark(request - detection.FirstRequest, e.TimeNanoseconds, now))
                {
                    var key = (number, window.ScheduledTime);
                    late[key] = (window, late.GetValueOrDefault(key).Count + 1);
                }
            }
        }
    }

    private async Task ReopenAsync(Dictionary<(int Detection, DateTimeOffset Run), (Window Window, long Count)> late, CancellationToken cancellation)
    {
        if (late.Count == 0)
        {
            return;
        }

        var keys = late.Keys.ToDictionary(k => k, k => LedgerRow.GroupOf(detections[k.Detection].Prepared.Detection.Id, k.Run));
        var known = (await state.FindAsync(StateTable.Windows, [.. keys.Values], cancellation).ConfigureAwait(false)).ToDictionary(r => r.Key, LedgerRow.Read, StringComparer.Ordinal);
        var rows = new List<StateRow>();
        lock (guard)
        {
            foreach (var (place, (window, count)) in late)
            {
                rows.Add(detections[place.Detection].Reopen(window, known.GetValueOrDefault(keys[place]), count).ToState());
            }
        }

        await ledger.PutAsync(rows, cancellation).ConfigureAwait(false);
    }

    /// <summary>Risk events that were kept are events of <c>index=risk</c>: detections over them hear of them at once.</summary>
    private async Task TakeRiskEventsAsync(IReadOnlyList<ChangedRiskEvent> changes, CancellationToken cancellation)
    {
        foreach (var gone in changes.Where(c => c.Change != RiskEventChange.New))
        {
            // Memory has it as it was: the store knows better for what is so old.
            for (var i = 0; i < requests.Count; i++)
            {
                if (RiskAwareSource.MayWantRisk(requests[i].Predicate))
                {
                    cache.Forget(i, gone.Stored.Indexed.TimeNanoseconds + 1);
                }
            }
        }

        await TakeAsync([.. changes.Select(c => new ReceivedEvent(c.Stored.Indexed, EventKind.Other, isView: false, c.Stored.Id))], cancellation).ConfigureAwait(false);
    }
}
