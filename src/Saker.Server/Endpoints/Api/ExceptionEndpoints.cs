using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Content;
using Saker.Risk.Exceptions;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Server.Serving;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>/api/v1/exceptions</c>: what people need not hear of. <c>POST</c> with <c>{"detection":"…","fields":{"user":["system:serviceaccount:backup:*"]},"reason":"…"}</c> looks at what is stored and at the detections' tests first, and
/// keeps nothing that breaks one unless <c>"anyway":true</c>; <c>…/check</c> only looks. <c>GET /api/v1/findings/{id}/exceptions</c> proposes some.
/// </summary>
internal static class ExceptionEndpoints
{
    private const string LookBack = "-30d";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/exceptions", ListAsync).Needs(Scopes.Read);
        routes.MapPost("/api/v1/exceptions", context => WithBody(context, body => AddAsync(context, body))).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/exceptions/check", context => WithBody(context, body => CheckAsync(context, body))).Needs(Scopes.Read);
        routes.MapGet("/api/v1/exceptions/{id}", GetAsync).Needs(Scopes.Read);
        routes.MapPatch("/api/v1/exceptions/{id}", context => WithBody(context, body => EditAsync(context, body))).Needs(Scopes.Admin);
        routes.MapDelete("/api/v1/exceptions/{id}", EndAsync).Needs(Scopes.Admin);
        routes.MapGet("/api/v1/findings/{id}/exceptions", ProposeAsync).Needs(Scopes.Read);
    }

    private static RunningDetections Running(HttpContext context) => context.RequestServices.GetRequiredService<RunningDetections>();

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static Task ListAsync(HttpContext context) => DetectionEndpoints.WithQuery(context, "", async query =>
    {
        var state = context.Request.Query["state"].ToString();
        if (state is not ("" or "active" or "ended"))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "state: write active or ended").ConfigureAwait(false);
            return;
        }

        var (running, now) = (Running(context), Now(context));
        var all = (await AllAsync(context).ConfigureAwait(false)).Where(x => state.Length == 0 || IsActive(x.Exception, now) == (state == "active"))
            .OrderByDescending(x => Place(x.Exception).Rank).ThenByDescending(x => x.Exception.Id, StringComparer.Ordinal);
        var (page, next) = query.PageOf(all, x => Place(x.Exception));
        var hits = await running.Exceptions.HitsAsync([.. page.Select(x => x.Exception.Id)], context.RequestAborted).ConfigureAwait(false);
        var written = page.Select(x => Node(x.Exception, x.IsContent, hits.GetValueOrDefault(x.Exception.Id), now).ToJsonString());
        await ShortAnswer.WriteJsonAsync(context, $"{{\"exceptions\":[{string.Join(',', written)}]{ApiQuery.End(next)}").ConfigureAwait(false);
    });

    private static async Task GetAsync(HttpContext context)
    {
        var found = (await AllAsync(context).ConfigureAwait(false)).FirstOrDefault(x => x.Exception.Id == Id(context));
        var hits = await Running(context).Exceptions.HitsAsync([Id(context)], context.RequestAborted).ConfigureAwait(false);
        await (found.Exception is null
            ? NotFoundAsync(context)
            : ShortAnswer.WriteJsonAsync(context, Node(found.Exception, found.IsContent, hits.GetValueOrDefault(Id(context)), Now(context)).ToJsonString() + "\n")).ConfigureAwait(false);
    }

    private static async Task AddAsync(HttpContext context, JsonElement body)
    {
        var wanted = Read(body, context);
        var effect = await EffectAsync(context, wanted).ConfigureAwait(false);
        if (effect.TestsBroken.Count > 0 && !(body.TryGetProperty("anyway", out var anyway) && anyway.GetBoolean()))
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await StatusEndpoints.WriteAsync(context, new { error = $"it covers what the detection is there for; \"anyway\":true keeps it all the same. {string.Join(' ', effect.TestsBroken)}", effect }).ConfigureAwait(false);
            return;
        }

        var kept = await Running(context).Exceptions.AddAsync(wanted, context.RequestAborted).ConfigureAwait(false);
        var answer = Node(kept, isContent: false, default, Now(context));
        answer["effect"] = JsonSerializer.SerializeToNode(effect, StatusReport.Json);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await ShortAnswer.WriteJsonAsync(context, answer.ToJsonString() + "\n").ConfigureAwait(false);
    }

    private static async Task CheckAsync(HttpContext context, JsonElement body) =>
        await StatusEndpoints.WriteAsync(context, await EffectAsync(context, Read(body, context, needsReason: false)).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task EditAsync(HttpContext context, JsonElement body)
    {
        long? version = null;
        List<Func<RiskException, RiskException>> changes = [];
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "version":
                    version = member.Value.GetInt64();
                    break;
                case "reason":
                    var reason = member.Value.GetString() is { Length: > 0 } text ? text : throw new FormatException("`reason` may not be empty");
                    changes.Add(x => x with { Reason = reason });
                    break;
                case "expires":
                    var expires = member.Value.ValueKind == JsonValueKind.Null ? (DateTimeOffset?)null : Time(member, context);
                    changes.Add(expires is { } at && at < Now(context) ? throw new FormatException("`expires` has passed; DELETE ends an exception now") : x => x with { Expires = expires });
                    break;
                default:
                    throw new FormatException($"`{member.Name}` cannot be changed; version, reason and expires can. To cover something else, make another exception");
            }
        }

        await AnswerAsync(context, () => Running(context).Exceptions.EditAsync(Id(context), version, x => changes.Aggregate(x, (now, change) => change(now)), context.RequestAborted)).ConfigureAwait(false);
    }

    private static async Task EndAsync(HttpContext context)
    {
        var text = context.Request.Query["version"].ToString();
        long? version = null;
        if (text.Length > 0)
        {
            if (!long.TryParse(text, out var read))
            {
                await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "version: write a number").ConfigureAwait(false);
                return;
            }

            version = read;
        }

        await AnswerAsync(context, () => Running(context).Exceptions.EndAsync(Id(context), version, context.RequestAborted)).ConfigureAwait(false);
    }

    private static async Task ProposeAsync(HttpContext context)
    {
        var running = Running(context);
        if (await running.Findings.FindAsync(Id(context), context.RequestAborted).ConfigureAwait(false) is not { } finding)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such finding").ConfigureAwait(false);
            return;
        }

        var documents = (await running.RiskEventsAsync([.. finding.Evidence.Select(e => e.RiskEventId)], context.RequestAborted).ConfigureAwait(false)).Select(e => JsonDocument.Parse(e.Document)).ToList();
        var proposed = ExceptionProposal.Of(finding, [.. documents.Select(d => d.RootElement)]);
        var nodes = proposed.Select(x => JsonSerializer.SerializeToNode(x, ExceptionJson.Default.RiskException)!.ToJsonString());
        await ShortAnswer.WriteJsonAsync(context, $"{{\"exceptions\":[{string.Join(',', nodes)}]}}\n").ConfigureAwait(false);
        documents.ForEach(d => d.Dispose());
    }

    private static async Task AnswerAsync(HttpContext context, Func<Task<RiskException?>> change)
    {
        try
        {
            var changed = await change().ConfigureAwait(false);
            var hits = await Running(context).Exceptions.HitsAsync([Id(context)], context.RequestAborted).ConfigureAwait(false);
            await (changed is null
                ? NotFoundAsync(context)
                : ShortAnswer.WriteJsonAsync(context, Node(changed, isContent: false, hits.GetValueOrDefault(changed.Id), Now(context)).ToJsonString() + "\n")).ConfigureAwait(false);
        }
        catch (ExceptionChangedException conflict)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await ShortAnswer.WriteJsonAsync(context, Node(conflict.Now, isContent: false, default, Now(context)).ToJsonString() + "\n").ConfigureAwait(false);
        }
    }

    private static async Task<ExceptionEffect> EffectAsync(HttpContext context, RiskException wanted)
    {
        var running = Running(context);
        var since = TimeModifier.TryParse(LookBack, out var back) ? TimeRange.Nanoseconds(back.Resolve(Now(context), TimeZoneInfo.Utc)) : 0;
        return await ExceptionEffect.OfAsync(wanted, running.Content, running.RiskEventsAsync(new TimeRange(since, long.MaxValue), context.RequestAborted), context.RequestAborted).ConfigureAwait(false);
    }

    private static RiskException Read(JsonElement body, HttpContext context, bool needsReason = true)
    {
        var exception = new RiskException { Id = "", Detection = "", Author = context.Caller().Name };
        foreach (var member in body.EnumerateObject())
        {
            exception = member.Name switch
            {
                "detection" => exception with { Detection = member.Value.GetString() ?? "" },
                "name" => exception with { Name = member.Value.GetString() ?? "" },
                "fields" => exception with { Fields = member.Value.EnumerateObject().ToDictionary(f => f.Name, f => Texts(f.Value)) },
                "cluster" or "clusters" => exception with { Clusters = Texts(member.Value) },
                "action" => exception with { Action = member.Value.GetString() switch { "hide" => ExceptionAction.Hide, "ignore" => ExceptionAction.Ignore, _ => throw new FormatException("action: write hide or ignore") } },
                "reason" => exception with { Reason = member.Value.GetString() ?? "" },
                "finding" => exception with { Finding = member.Value.GetString() ?? "" },
                "starts" => exception with { Starts = member.Value.ValueKind == JsonValueKind.Null ? null : Time(member, context) },
                "expires" => exception with { Expires = member.Value.ValueKind == JsonValueKind.Null ? null : Time(member, context) },
                "anyway" or "id" or "author" or "created" => exception,
                _ => throw new FormatException($"an exception has no `{member.Name}`; it has detection, fields, clusters, action, reason, starts, expires, name and finding"),
            };
        }

        if ((needsReason || exception.Reason.Length > 0 ? exception : exception with { Reason = "-" }).Mistake() is { } mistake)
        {
            throw new FormatException(mistake);
        }

        return Running(context).Content.Find(exception.Detection).Any() ? exception : throw new FormatException($"no detection is called {exception.Detection}");
    }

    private static IReadOnlyList<string> Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetString() ?? "")] : [value.GetString() ?? ""];

    private static DateTimeOffset Time(JsonProperty member, HttpContext context) => TimeModifier.TryParse(member.Value.GetString() ?? "", out var time)
        ? time.Resolve(Now(context), TimeZoneInfo.Utc)
        : throw new FormatException($"{member.Name}: write +90d or 2026-12-31T00:00:00Z");

    private static async Task<IReadOnlyList<(RiskException Exception, bool IsContent)>> AllAsync(HttpContext context)
    {
        var running = Running(context);
        return [.. running.Content.Exceptions.Select(x => (x, true)), .. (await running.Exceptions.ReadAsync(context.RequestAborted).ConfigureAwait(false)).Select(x => (x, false))];
    }

    private static (long Rank, string Key) Place(RiskException x) => (TimeRange.Nanoseconds(x.Created ?? DateTimeOffset.UnixEpoch), x.Id);

    private static bool IsActive(RiskException x, DateTimeOffset now) => (x.Starts is not { } from || from <= now) && (x.Expires is not { } to || to > now);

    private static JsonObject Node(RiskException x, bool isContent, ExceptionHits hits, DateTimeOffset now)
    {
        var node = (JsonObject)JsonSerializer.SerializeToNode(x, ExceptionJson.Default.RiskException)!;
        node["version"] = isContent ? null : x.Version;
        node["source"] = isContent ? "content" : "server";
        node["state"] = IsActive(x, now) ? "active" : "ended";
        node["hits"] = hits.Count;
        node["last_hit"] = hits.Last is { } last ? JsonValue.Create(last) : null;
        return node;
    }

    private static async Task WithBody(HttpContext context, Func<JsonElement, Task> answer)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 8 });
            await answer(json.RootElement).ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static Task NotFoundAsync(HttpContext context) => ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such exception; those of the content are changed there");
}
