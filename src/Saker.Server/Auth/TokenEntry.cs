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

    public Caller Caller => caller ??= new Caller(Name, Scopes, Cluster, Rules);

    private Caller? caller;
}
