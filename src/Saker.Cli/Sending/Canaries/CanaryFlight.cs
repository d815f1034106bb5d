namespace Saker.Cli.Sending.Canaries;

/// <summary>How far the event of one way came, and after how long; what is not known yet is null.</summary>
internal sealed class CanaryFlight(CanaryWay way, string mark)
{
    public CanaryWay Way => way;

    public string Mark => mark;

    /// <summary>When it was sent, as the clock counts.</summary>
    public long Began { get; set; }

    public TimeSpan? Taken { get; set; }

    public TimeSpan? Stored { get; set; }

    public TimeSpan? RiskEvent { get; set; }

    public TimeSpan? Notified { get; set; }

    /// <summary>Under which the outbox keeps its notice; empty until there is one.</summary>
    public string RiskEventId { get; set; } = "";

    /// <summary>Whether there is no such way, so that nothing was sent.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Why it came no further.</summary>
    public string? Problem { get; set; }
}
