using Saker.Content;

namespace Saker.Server.Auth;

/// <summary>A token as it is kept: never itself.</summary>
/// <param name="Name">Unique; senders are called by it.</param>
/// <param name="Hash">SHA-256 of the token, 32 bytes.</param>
/// <param name="Scopes">What its holder may do.</param>
/// <param name="Cluster">The cluster it is bound to, or null.</param>
/// <param name="Rules">How its events are read.</param>
internal sealed record TokenEntry(string Name, ReadOnlyMemory<byte> Hash, Scopes Scopes, string? Cluster, TokenRules Rules)
{
    /// <summary>When it was made; default where the configuration names it.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Whether it is switched off but still known, so that its holder is told so.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Names stand in logs, addresses and metrics: up to 64 letters, digits, dots, dashes, underscores and colons.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':');

    /// <summary>Whose events and requests its holder's are: called by its name, all runs of <c>saker canary</c> by one.</summary>
    public Caller Caller => caller ??= new Caller(Canary.IsToken(Name) ? Canary.Source : Name, Scopes, Cluster, Rules);

    private Caller? caller;
}
