using Saker.Content;
using Saker.Risk;
using Saker.Risk.Exceptions;
using Saker.Risk.Modifiers;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>One search over one window: what files, tests and the server have in common, so that they give the same risk events.</summary>
internal static class WindowEvaluation
{
    /// <summary>Runs the search and counts into <paramref name="outcome"/>; each row's risk events are handed on as they come, those of equal id more than once.</summary>
    /// <param name="prepared">The detection.</param>
    /// <param name="window">Its window.</param>
    /// <param name="context">What the search runs with.</param>
    /// <param name="source">The events.</param>
    /// <param name="outcome">Counts.</param>
    /// <param name="take">Takes risk events; those that an exception hides say so, those that one ignores do not come.</param>
    /// <param name="onRow">Sees each row.</param>
    /// <param name="exceptions">What nobody needs to hear of; null for nothing.</param>
    /// <exception cref="Spl.Text.SplException">The search cannot be evaluated to its end.</exception>
    public static void Run(PreparedDetection prepared, Window window, SearchContext context, IMatchedSource source, DetectionOutcome outcome, Action<RiskEvent> take, Action<Row, FieldTable>? onRow = null, ExceptionSet? exceptions = null)
    {
        var mayExcept = exceptions?.MayCover(prepared.Detection) == true;
        var rows = prepared.Plan.Run(context);
        IEnumerable<Event> OfWindow() => prepared.Plan.Requests.SelectMany(r => source.Read(r, r.Resolve(window.Range, window.ScheduledTime, context.Zone), context.Cancellation));
        var builder = new RiskEventBuilder(prepared.Detection, window, prepared.Plan.KeyColumns, rows, context.Fields, source.Read, source.TimeOf, OfWindow);
        var modifiers = new Lazy<RiskModifiers?>(() => RiskModifiers.Of(context));
        foreach (var row in rows.Rows)
        {
            outcome.Rows++;
            onRow?.Invoke(row, context.Fields);
            var taken = 0;
            foreach (var made in builder.Build(row))
            {
                var e = modifiers.Value?.Apply(made, source.Read) ?? made;
                taken++;
                if (!mayExcept || exceptions!.Find(ExceptionSubject.Of(e, source.Read)) is not { } exception)
                {
                    take(e);
                    continue;
                }

                outcome.Cover(exception, e);
                if (exception.Action == ExceptionAction.Hide)
                {
                    take(e with { HiddenBy = exception.Id });
                }
            }

            outcome.RowsWithoutRiskObject += taken == 0 && prepared.Detection.Risk is { RiskObjects.Count: > 0 } ? 1 : 0;
        }

        outcome.Warnings.UnionWith(context.Warnings);
        outcome.Windows++;
    }
}
