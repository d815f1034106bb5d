using Microsoft.AspNetCore.Http;
using Saker.Ingest;
using Saker.Risk;

namespace Saker.Server.Auth;

/// <summary>Who sent a request: the holder of a token, or of a client certificate.</summary>
/// <param name="Name">The token's name, or the certificate's common name: what logs and the balance of sources call it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Cluster">The one cluster it speaks for; null if it may name any.</param>
/// <param name="Rules">How its events are read.</param>
internal sealed record Caller(string Name, Scopes Scopes, string? Cluster, TokenRules Rules)
{
    public bool May(Scopes needed) => (Scopes & needed) == needed;

    /// <summary>What is known of its events before they are looked at: their cluster, and what is believed of containers' output.</summary>
    public Wrapping Wrapping => new() { Cluster = Cluster, Trust = Rules.Trust, Granted = Rules.Granted };

    /// <summary>Whether it may speak for a cluster.</summary>
    public bool SpeaksFor(string cluster) => Cluster is null || string.Equals(Cluster, cluster, StringComparison.Ordinal);
}

/// <summary>What a token says of the events that come with it.</summary>
internal sealed record TokenRules
{
    public static readonly TokenRules Default = new();

    /// <summary>Whether HEC senders ask for acknowledgements (and must name a channel).</summary>
    public bool Acknowledges { get; init; }

    /// <summary>Whether the token may stand in the address (<c>?token=</c>), where proxies write it into their logs.</summary>
    public bool AllowsQuery { get; init; }

    /// <summary>The indexes it may name; empty for any.</summary>
    public IReadOnlyList<string> Indexes { get; init; } = [];

    /// <summary>Of Saker's own indexes those that it may fill: it must name them.</summary>
    public IReadOnlyList<string> Granted => [.. OwnIndexes.Grantable.Where(Indexes.Contains)];

    /// <summary>What containers' output, sent with this token, may be taken for.</summary>
    public ContentTrust Trust { get; init; } = ContentTrust.Default;

    /// <summary>The most bytes a second that it may send, uncompressed; 0 for the server's limit.</summary>
    public long BytesPerSecond { get; init; }
}

internal static class CallerOfRequest
{
    private static readonly object Key = new();

    /// <summary>Who sent this request. Every endpoint that is mapped with <c>Needs</c> has one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Items[Key] as Caller ?? throw new InvalidOperationException($"{context.Request.Path} is mapped without Needs(…)");

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;
}
