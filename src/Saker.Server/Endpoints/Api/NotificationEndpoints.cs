using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>GET /api/v1/notifications?state=dead&amp;output=slack</c>: the outbox. <c>GET …/outputs</c>: how outputs are doing. <c>POST …/resend</c> with <c>{"id":"slack/risk_event:…"}</c> or <c>{"output":"slack"}</c>,
/// <c>POST …/test</c> with <c>{"output":"slack"}</c>. <c>POST …/canary</c> with <c>{"canary":"0123456789abcdef","output":"slack"}</c>: that output hears of the events marked so, within ten minutes.
/// </summary>
internal static class NotificationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/notifications", ListAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/notifications/outputs", context => StatusEndpoints.WriteAsync(context, new { outputs = At(context).Status })).Needs(Scopes.Read);
        routes.MapPost("/api/v1/notifications/resend", context => WithBody(context, body => ResendAsync(context, body))).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/notifications/canary", context => WithBody(context, body => AnnounceAsync(context, body))).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/notifications/test", context => WithBody(context, body => TestAsync(context, body))).Needs(Scopes.Admin);
    }

    private static Notifications At(HttpContext context) => context.RequestServices.GetRequiredService<Notifications>();

    private static Task ListAsync(HttpContext context) => DetectionEndpoints.WithQuery(context, "-7d", async query =>
    {
        var (output, word) = (context.Request.Query["output"].ToString(), context.Request.Query["state"].ToString());
        DeliveryState? state = null;
        if (word.Length > 0)
        {
            state = Enum.GetValues<DeliveryState>().Where(s => NameOf(s) == word).Select(s => (DeliveryState?)s).FirstOrDefault();
            if (state is null)
            {
                await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, $"state: write {string.Join(", ", Enum.GetValues<DeliveryState>().Select(NameOf))}").ConfigureAwait(false);
                return;
            }
        }

        Delivery? Wanted(StateRow row) => (output.Length == 0 || row.Group == output) && Delivery.Read(row) is var d && (state is null || d.State == state) ? d : null;
        var (page, next) = await query.PageOfAsync((after, most) => At(context).LatestAsync(query.Range, after, most, context.RequestAborted), Wanted).ConfigureAwait(false);
        await StatusEndpoints.WriteAsync(context, new
        {
            notifications = page.Select(d => new
            {
                Id = d.RowKey,
                d.Output,
                d.Key,
                State = NameOf(d.State),
                d.Title,
                d.Score,
                d.Tries,
                d.Created,
                Due = d.State == DeliveryState.Waiting ? d.Due : (DateTimeOffset?)null,
                d.SentAt,
                d.IsWithdrawn,
                d.LastError,
            }),
            next,
        }).ConfigureAwait(false);
    });

    private static async Task ResendAsync(HttpContext context, JsonElement body)
    {
        var at = At(context);
        if (Text(body, "id") is { Length: > 0 } id)
        {
            if (!await at.ResendAsync(id, context.RequestAborted).ConfigureAwait(false))
            {
                await ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such dead letter, or its output is not set up").ConfigureAwait(false);
                return;
            }

            await StatusEndpoints.WriteAsync(context, new { resent = 1 }).ConfigureAwait(false);
            return;
        }

        var output = Text(body, "output") is { Length: > 0 } named ? named : throw new FormatException("write {\"id\":\"…\"}, or {\"output\":\"…\"} for all of an output");
        var count = 0;
        foreach (var dead in (await at.ReadAsync(DeliveryState.Dead, context.RequestAborted).ConfigureAwait(false)).Where(d => d.Output == output))
        {
            count += await at.ResendAsync(dead.RowKey, context.RequestAborted).ConfigureAwait(false) ? 1 : 0;
        }

        await StatusEndpoints.WriteAsync(context, new { resent = count }).ConfigureAwait(false);
    }

    private static async Task TestAsync(HttpContext context, JsonElement body)
    {
        var name = Text(body, "output") is { Length: > 0 } named ? named : throw new FormatException("write {\"output\":\"…\"}");
        if (await At(context).TestAsync(name, context.RequestAborted).ConfigureAwait(false) is not { } tried)
        {
            await UnknownAsync(context, name).ConfigureAwait(false);
            return;
        }

        await (tried.Failure is { } failure
            ? ShortAnswer.WriteAsync(context, StatusCodes.Status502BadGateway, failure)
            : StatusEndpoints.WriteAsync(context, new { output = name, took_seconds = Math.Round(tried.Took.TotalSeconds, 3) })).ConfigureAwait(false);
    }

    private static Task AnnounceAsync(HttpContext context, JsonElement body)
    {
        var (id, output) = (Text(body, "canary") ?? "", Text(body, "output") ?? "");
        if (!Content.Canary.IsId(id) || output.Length == 0)
        {
            throw new FormatException("write {\"canary\":\"0123456789abcdef\",\"output\":\"…\"}");
        }

        if (!At(context).Status.Any(o => o.Name == output))
        {
            return UnknownAsync(context, output);
        }

        At(context).Canaries.Announce(id, output);
        return StatusEndpoints.WriteAsync(context, new { canary = id, output });
    }

    private static Task UnknownAsync(HttpContext context, string name)
    {
        var names = At(context).Status.Select(o => o.Name).ToList();
        return ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, $"no output is called {name}{(names.Count == 0 ? ": there are none" : $"; there are {string.Join(", ", names)}")}");
    }

    private static async Task WithBody(HttpContext context, Func<JsonElement, Task> answer)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 4 });
            await answer(json.RootElement).ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string NameOf(DeliveryState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
