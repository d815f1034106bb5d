namespace Saker.Server.Serving;

/// <summary>What can be asked of a running server beyond its events; made by who composes it.</summary>
internal sealed record ServerView
{
    public Func<StatusReport> Status { get; init; } = () => new StatusReport();

    public Func<IReadOnlyList<SourceReport>> Sources { get; init; } = () => [];
}
