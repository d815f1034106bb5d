using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Server.Auth;
using Saker.Server.Serving;
using Saker.Server.Telemetry;

namespace Saker.Server.Endpoints.Api;

/// <summary><c>GET /api/v1/health</c>, <c>GET /api/v1/sources</c>, <c>GET /metrics</c>, <c>GET /api/v1/openapi.json</c>.</summary>
internal static class StatusEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/health", context => WriteAsync(context, View(context).Status())).Needs(Scopes.Read);
        routes.MapGet("/api/v1/sources", context => WriteAsync(context, new { sources = View(context).Sources() })).Needs(Scopes.Read);
        routes.MapGet("/metrics", MetricsAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/openapi.json", context => ShortAnswer.WriteJsonAsync(context, OpenApi.Text)).Needs(Scopes.Read);
    }

    public static Task WriteAsync<T>(HttpContext context, T value) => ShortAnswer.WriteJsonAsync(context, JsonSerializer.Serialize(value, StatusReport.Json) + "\n");

    private static ServerView View(HttpContext context) => context.RequestServices.GetRequiredService<ServerView>();

    private static Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<PrometheusText>().Write(), context.RequestAborted);
    }
}
