namespace Saker.Server.Auth;

/// <summary>What a token or a client certificate may do.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>Send events.</summary>
    Ingest = 1,

    /// <summary>Search events, see sources, health and metrics.</summary>
    Read = 2,

    /// <summary>Create and revoke tokens, replay dead letters.</summary>
    Admin = 4,

    All = Ingest | Read | Admin,
}
