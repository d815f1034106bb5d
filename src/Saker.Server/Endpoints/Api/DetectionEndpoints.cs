using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Content;
using Saker.Detections.Windows;
using Saker.Risk;
using Saker.Risk.Findings;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Server.Serving;
using Saker.Spl.Syntax;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>/api/v1/detections</c>: what runs, on and off, backfill. <c>/api/v1/windows</c>: the ledger. <c>/api/v1/risk</c> and <c>/api/v1/entities</c>: risk events, and what
/// they add up to.
/// </summary>
internal static class DetectionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/detections", ListAsync).Needs(Scopes.Read);
        routes.MapPost("/api/v1/detections/{name}/enable", context => ChooseAsync(context, isEnabled: true)).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/detections/{name}/disable", context => ChooseAsync(context, isEnabled: false)).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/detections/{name}/backfill", BackfillAsync).Needs(Scopes.Admin);
        routes.MapPut("/api/v1/detections/{name}/schedule", ScheduleAsync).Needs(Scopes.Admin);
        routes.MapDelete("/api/v1/detections/{name}/schedule", context => ScheduleAsync(context, null)).Needs(Scopes.Admin);
        routes.MapGet("/api/v1/windows", WindowsAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/risk", RiskAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/entities", EntitiesAsync).Needs(Scopes.Read);
    }

    private static RunningDetections Running(HttpContext context) => context.RequestServices.GetRequiredService<RunningDetections>();

    private static TimeProvider Clock(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>();

    private static async Task ListAsync(HttpContext context)
    {
        var running = Running(context);
        var enabled = await running.EnabledAsync(context.RequestAborted).ConfigureAwait(false);
        var choices = await running.ChoicesAsync(context.RequestAborted).ConfigureAwait(false);
        await StatusEndpoints.WriteAsync(context, new
        {
            detections = running.Content.Detections.Select(d => EnabledDetections.Scheduled(d, choices.GetValueOrDefault(d.Id))).OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => new
            {
                d.Id,
                d.Name,
                Type = d.Type.ToString(),
                IsEnabled = enabled.ContainsKey(d.Id),
                EnabledAt = enabled.GetValueOrDefault(d.Id),
                d.Schedule.Cron,
                d.Schedule.Earliest,
                d.Schedule.Latest,
                IsRescheduled = choices.GetValueOrDefault(d.Id)?.Schedule is not null,
                d.Annotations.Tactics,
            }),
        }).ConfigureAwait(false);
    }

    private static async Task ChooseAsync(HttpContext context, bool isEnabled)
    {
        if (await FindAsync(context).ConfigureAwait(false) is { } detection)
        {
            await Running(context).Service.ChooseAsync(detection.Id, isEnabled, context.RequestAborted).ConfigureAwait(false);
            await StatusEndpoints.WriteAsync(context, new { detection.Id, detection.Name, IsEnabled = isEnabled }).ConfigureAwait(false);
        }
    }

    /// <summary><c>{"cron":"*/10 * * * *","earliest":"-20m@m","latest":"-1m@m"}</c>; what is left out stays as the content has it.</summary>
    private static async Task ScheduleAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 2 });
            var parts = json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString());
            if (parts.Keys.FirstOrDefault(k => k is not ("cron" or "earliest" or "latest")) is { } unknown || parts.Count == 0)
            {
                throw new FormatException("write {\"cron\":\"*/10 * * * *\",\"earliest\":\"-20m@m\",\"latest\":\"-1m@m\"}, or some of these");
            }

            var schedule = new ScheduleOverride("", parts.GetValueOrDefault("cron"), parts.GetValueOrDefault("earliest"), parts.GetValueOrDefault("latest"));
            await (ScheduleOverride.Mistake(schedule.Cron, schedule.Earliest, schedule.Latest) is var (part, message) ? throw new FormatException($"{part}: {message}") : ScheduleAsync(context, schedule)).ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static async Task ScheduleAsync(HttpContext context, ScheduleOverride? schedule)
    {
        if (await FindAsync(context).ConfigureAwait(false) is { } detection)
        {
            await Running(context).Service.ScheduleAsync(detection.Id, schedule, context.RequestAborted).ConfigureAwait(false);
            var runs = schedule?.Over(detection.Schedule) ?? detection.Schedule;
            await StatusEndpoints.WriteAsync(context, new { detection.Id, detection.Name, runs.Cron, runs.Earliest, runs.Latest }).ConfigureAwait(false);
        }
    }

    private static async Task BackfillAsync(HttpContext context)
    {
        if (await FindAsync(context).ConfigureAwait(false) is not { } detection)
        {
            return;
        }

        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 4 });
            var now = Clock(context).GetUtcNow();
            DateTimeOffset Time(string name) => TimeModifier.TryParse(json.RootElement.GetProperty(name).GetString() ?? "", out var time) ? time.Resolve(now, TimeZoneInfo.Utc) : throw new FormatException($"{name}: write -24h, or 2026-03-02T10:00:00Z");
            var count = await Running(context).Service.BackfillAsync(detection.Id, Time("from"), Time("to"), context.RequestAborted).ConfigureAwait(false);
            await StatusEndpoints.WriteAsync(context, new { detection.Id, windows = count }).ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake is KeyNotFoundException ? "write {\"from\":\"-24h\",\"to\":\"now\"}" : mistake.Message).ConfigureAwait(false);
        }
    }

    private static Task WindowsAsync(HttpContext context) => WithQuery(context, "-24h", async query =>
    {
        var (detection, state) = (context.Request.Query["detection"].ToString(), context.Request.Query["state"].ToString());
        if (state.Length > 0 && !Enum.GetNames<WindowState>().Contains(state, StringComparer.OrdinalIgnoreCase))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "state: write open, owed, done, failed or reopened").ConfigureAwait(false);
            return;
        }

        LedgerRow? Wanted(StateRow row) => LedgerRow.Read(row) is var r && (detection.Length == 0 || r.DetectionId == detection || Glob.Matches(detection, r.Detection))
            && (state.Length == 0 || r.State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase)) ? r : null;
        var (page, next) = await query.PageOfAsync((after, most) => Running(context).LatestAsync(StateTable.Windows, query.Range, after, most, context.RequestAborted), Wanted).ConfigureAwait(false);
        await ShortAnswer.WriteJsonAsync(context, $"{{\"windows\":[{string.Join(',', page.Select(r => JsonSerializer.Serialize(r, LedgerJson.Default.LedgerRow)))}]{ApiQuery.End(next)}").ConfigureAwait(false);
    });

    private static Task RiskAsync(HttpContext context) => WithQuery(context, "-24h", async query =>
    {
        static StoredRiskEvent? Standing(StateRow row) => StoredRiskEvent.Read(row) is { IsWithdrawn: false } e && e.Indexed.Index != Canary.Index ? e : null;
        var (page, next) = await query.PageOfAsync((after, most) => Running(context).LatestAsync(StateTable.RiskEvents, query.Range, after, most, context.RequestAborted), Standing).ConfigureAwait(false);
        await ShortAnswer.WriteJsonAsync(context, $"{{\"risk_events\":[{string.Join(',', page.Select(e => System.Text.Encoding.UTF8.GetString(e.Document)))}]{ApiQuery.End(next)}").ConfigureAwait(false);
    });

    private static Task EntitiesAsync(HttpContext context) => WithQuery(context, "-7d", async query =>
    {
        var tallies = new Dictionary<(string, string), EntityTally>();
        await foreach (var e in Running(context).RiskEventsAsync(query.Range, context.RequestAborted).ConfigureAwait(false))
        {
            if (e.Indexed.Index == RiskIndex.Name)
            {
                var risk = FindingSource.Read(e);
                (tallies.TryGetValue((risk.EntityType, risk.Entity), out var tally) ? tally : tallies[(risk.EntityType, risk.Entity)] = new EntityTally(risk.EntityType, risk.Entity)).Add(risk);
            }
        }

        var ranked = tallies.Values.OrderByDescending(e => e.RiskScore).ThenByDescending(e => $"{e.Type}\n{e.Entity}", StringComparer.Ordinal);
        var (entities, next) = query.PageOf(ranked, e => (e.RiskScore, $"{e.Type}\n{e.Entity}"));
        await StatusEndpoints.WriteAsync(context, new { entities, next }).ConfigureAwait(false);
    });

    internal static async Task WithQuery(HttpContext context, string defaultEarliest, Func<ApiQuery, Task> answer)
    {
        ApiQuery query;
        try
        {
            query = ApiQuery.Read(context.Request, Clock(context).GetUtcNow(), defaultEarliest);
        }
        catch (FormatException mistake)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
            return;
        }

        await answer(query).ConfigureAwait(false);
    }

    private static async Task<Detection?> FindAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        var found = Running(context).Content.FindOne(name);
        if (found is null)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, $"no detection is called {name}").ConfigureAwait(false);
        }

        return found;
    }
}
