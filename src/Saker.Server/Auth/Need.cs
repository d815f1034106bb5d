using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Saker.Server.Auth;

/// <summary>Why a request was turned away before its endpoint saw it.</summary>
internal enum Refusal
{
    /// <summary>It carries no token.</summary>
    NoToken,

    /// <summary>The header that should carry one cannot be read.</summary>
    Malformed,

    /// <summary>Nobody has this token.</summary>
    UnknownToken,

    DisabledToken,

    /// <summary>It stands in the address, which this token does not allow.</summary>
    QueryNotAllowed,

    /// <summary>The token is sound, but its scopes do not reach.</summary>
    MissingScope,

    /// <summary>It sent more than its share; try again later.</summary>
    TooMuch,
}

/// <summary>What an endpoint asks of its caller. An endpoint without one (and without <see cref="ForEveryone"/>) answers nobody.</summary>
/// <param name="Scopes">All of these.</param>
internal sealed record Need(Scopes Scopes)
{
    /// <summary>The header in which the protocol's own clients send the token: <c>X-SF-Token</c>.</summary>
    public string? Header { get; init; }

    /// <summary>Whether the protocol knows <c>?token=</c>; the token must allow it too.</summary>
    public bool AllowsQuery { get; init; }

    /// <summary>Says no in the protocol's own words; null for a short JSON answer.</summary>
    public Func<HttpContext, Refusal, Task>? Refuse { get; init; }
}

/// <summary>Marks an endpoint that needs no token: only <c>/livez</c> and <c>/readyz</c>.</summary>
internal sealed class ForEveryone;

internal static class NeedOfEndpoint
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Scopes scopes)
        where TBuilder : IEndpointConventionBuilder => endpoint.Needs(new Need(scopes));

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Need need)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(need);
}
