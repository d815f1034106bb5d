using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Server.Auth;
using Saker.Server.Receiving;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>GET /api/v1/tokens</c>: names, scopes and clusters, never tokens or hashes. <c>POST /api/v1/tokens</c> with <c>{"name":"ci","scopes":["ingest"],"cluster":"prod"}</c> makes one and shows it
/// this once. <c>DELETE /api/v1/tokens/{name}</c> revokes one that was made so.
/// </summary>
internal static class TokenEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/tokens", ListAsync).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/tokens", CreateAsync).Needs(Scopes.Admin);
        routes.MapDelete("/api/v1/tokens/{name}", RevokeAsync).Needs(Scopes.Admin);
    }

    private static TokenStore Store(HttpContext context) => context.RequestServices.GetRequiredService<TokenStore>();

    private static Task ListAsync(HttpContext context) => StatusEndpoints.WriteAsync(context, new
    {
        tokens = Store(context).Tokens.Entries.Select(t => new { t.Name, Scopes = ScopeNames.Of(t.Scopes), t.Cluster, Created = t.Created == default ? (DateTimeOffset?)null : t.Created, Acknowledgement = t.Rules.Acknowledges, t.IsDisabled }),
    });

    private static async Task CreateAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            var name = root.TryGetProperty("name", out var given) ? given.GetString() ?? "" : "";
            var scopes = root.TryGetProperty("scopes", out var list) ? ScopeNames.Read([.. list.EnumerateArray().Select(s => s.GetString() ?? "")]) : Scopes.Ingest;
            var cluster = root.TryGetProperty("cluster", out var bound) ? bound.GetString() : null;
            var rules = new TokenRules { Acknowledges = root.TryGetProperty("acknowledgement", out var acknowledges) && acknowledges.GetBoolean() };
            if (Store(context).Create(name, scopes, cluster, rules) is not { } token)
            {
                await ShortAnswer.WriteAsync(context, StatusCodes.Status409Conflict, $"there is a token called {name}").ConfigureAwait(false);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status201Created;
            await StatusEndpoints.WriteAsync(context, new { name, token }).ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static Task RevokeAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        var isGone = Store(context).Revoke(name);
        return isGone ? StatusEndpoints.WriteAsync(context, new { revoked = name })
            : ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such token in tokens.json; one of saker.yaml is removed there");
    }
}
