namespace Saker.Content;

/// <summary>When a search runs, and over which time.</summary>
/// <param name="Cron">Five fields.</param>
/// <param name="Earliest">A time modifier relative to the run: <c>-70m@m</c>; inclusive.</param>
/// <param name="Latest">Exclusive.</param>
/// <param name="Window">How late a run may start: <c>auto</c> or minutes.</param>
public sealed record Schedule(string Cron, string Earliest, string Latest, string Window)
{
    /// <summary>Every hour over the hour that ended ten minutes before.</summary>
    public static Schedule Hourly { get; } = new("0 * * * *", "-70m@m", "-10m@m", "auto");

    /// <summary>Once a night over the day before: how baselines run where nothing else is said.</summary>
    public static Schedule Nightly { get; } = new("10 0 * * *", "-1450m@m", "-10m@m", "auto");
}

/// <summary>How long the same values of these fields are told once only.</summary>
public sealed record Throttling(IReadOnlyList<string> Fields, TimeSpan Period);
