using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>What a search asks of an <see cref="Execution.IEventSource"/>: which events, and which of their fields it will read.</summary>
/// <param name="Predicate">Holds for every event the search wants. A source may use it to prune; the engine asks it again.</param>
/// <param name="Fields">The fields that predicate and search read.</param>
/// <param name="IsMetrics">Whether metric data points are wanted instead of events.</param>
public sealed record SourceRequest(SearchExpression Predicate, FieldNeed Fields, bool IsMetrics)
{
    /// <summary>The metrics wanted, names or patterns; empty for events.</summary>
    public IReadOnlyList<FieldPattern> Metrics { get; init; } = [];

    /// <summary><c>earliest=</c> and the like at the top level of the predicate: they take the place of the window's bounds.</summary>
    public IReadOnlyList<SearchTime> Times { get; init; } = [];

    /// <summary>
    /// The request that the plan tells of, where this one knows more: subsearches are answered, or a row's values are filled in. A source that
    /// collected events beforehand finds them by it; null if it is this one.
    /// </summary>
    public SourceRequest? PlannedAs { get; init; }

    /// <summary>The range to read for a window, seen at <paramref name="now"/>.</summary>
    public Execution.TimeRange Resolve(Execution.TimeRange window, DateTimeOffset now, TimeZoneInfo zone)
    {
        var range = window;
        foreach (var time in Times)
        {
            var nanoseconds = Execution.TimeRange.Nanoseconds(time.Time.Resolve(now, zone));
            range = time.Bound switch
            {
                TimeBound.Earliest => range with { Earliest = nanoseconds },
                TimeBound.Latest => range with { Latest = nanoseconds },
                _ => range,
            };
        }

        return range;
    }
}
