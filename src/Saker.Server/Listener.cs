using System.Net;

namespace Saker.Server;

/// <summary>Where the server listens.</summary>
/// <param name="Address">Port 0 takes any free one.</param>
/// <param name="IsGrpc">Without TLS, HTTP/2 needs a port of its own: clients cannot ask for it on one of HTTP/1.1.</param>
internal sealed record Listener(IPEndPoint Address, bool IsGrpc = false);

/// <summary>Bounds on connections; bounds on bodies are <see cref="Receiving.BodyLimits"/>.</summary>
internal sealed record ConnectionLimits
{
    public int MostConnections { get; init; } = 2000;

    /// <summary>From the connection's, or the last request's, end to the end of the next one's headers.</summary>
    public TimeSpan HeadersWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A body that comes more slowly, after a grace of five seconds, is cut off.</summary>
    public int SlowestBytesPerSecond { get; init; } = 240;

    public TimeSpan IdleFor { get; init; } = TimeSpan.FromSeconds(130);

    public int LongestHeadersBytes { get; init; } = 32 * 1024;

    public int MostHeaders { get; init; } = 100;
}
