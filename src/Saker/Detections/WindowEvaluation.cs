using Saker.Risk;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>One search over one window: what files, tests and the server have in common, so that they give the same risk events.</summary>
internal static class WindowEvaluation
{
    /// <summary>Runs the search and counts into <paramref name="outcome"/>; each row's risk events are handed on as they come, those of equal id more than once.</summary>
    /// <exception cref="Spl.Text.SplException">The search cannot be evaluated to its end.</exception>
    public static void Run(PreparedDetection prepared, Window window, SearchContext context, IMatchedSource source, DetectionOutcome outcome, Action<RiskEvent> take, Action<Row, FieldTable>? onRow = null)
    {
        var rows = prepared.Plan.Run(context);
        IEnumerable<Event> OfWindow() => prepared.Plan.Requests.SelectMany(r => source.Read(r, r.Resolve(window.Range, window.ScheduledTime, context.Zone), context.Cancellation));
        var builder = new RiskEventBuilder(prepared.Detection, window, prepared.Plan.KeyColumns, rows, context.Fields, source.Read, OfWindow);
        foreach (var row in rows.Rows)
        {
            outcome.Rows++;
            onRow?.Invoke(row, context.Fields);
            var taken = 0;
            foreach (var e in builder.Build(row))
            {
                taken++;
                take(e);
            }

            outcome.RowsWithoutRiskObject += taken == 0 && prepared.Detection.Risk is { RiskObjects.Count: > 0 } ? 1 : 0;
        }

        outcome.Warnings.UnionWith(context.Warnings);
        outcome.Windows++;
    }
}
