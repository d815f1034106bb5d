namespace Saker.Stores.ClickHouse.Schema;

/// <summary>How many days after their arrival events and data points are kept. Findings and what led to them stay.</summary>
internal sealed record Retention(int EventsDays = 90, int MetricsDays = 14)
{
    /// <summary>The tables that forget, each with its days.</summary>
    public IReadOnlyList<(string Table, int Days)> Tables => [("events", EventsDays), ("metrics", MetricsDays)];
}
