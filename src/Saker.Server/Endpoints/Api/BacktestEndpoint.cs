using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Content;
using Saker.Detections;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Server.Serving;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>POST /api/v1/backtest</c> with <c>{"detection":"kubernetes_access_scanning","from":"-7d","to":"now"}</c>, or <c>"yaml"</c> for one that the server does not have: what it would have said, by its schedule; nothing is kept.
/// One at a time.
/// </summary>
internal static class BacktestEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/backtest", BacktestAsync).Needs(Scopes.Read);

    private static async Task BacktestAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 4 });
            var (running, now) = (context.RequestServices.GetRequiredService<RunningDetections>(), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
            var range = new TimeRange(Time(json.RootElement, "from", "-7d", now), Time(json.RootElement, "to", "now", now));
            if (range.Earliest >= range.Latest)
            {
                throw new FormatException("`from` is not before `to`");
            }

            var prepared = json.RootElement.TryGetProperty("yaml", out var yaml) ? Read(yaml.GetString() ?? "", running.Content) : await FindAsync(json.RootElement, running, context.RequestAborted).ConfigureAwait(false);
            if (await running.BacktestAsync(prepared, range, context.RequestAborted).ConfigureAwait(false) is { } report)
            {
                await StatusEndpoints.WriteAsync(context, report).ConfigureAwait(false);
                return;
            }

            context.Response.Headers.RetryAfter = "5";
            await ShortAnswer.WriteAsync(context, StatusCodes.Status429TooManyRequests, "another backtest runs; try again later").ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static long Time(JsonElement body, string name, string otherwise, DateTimeOffset now)
    {
        var text = body.TryGetProperty(name, out var given) ? given.GetString() ?? "" : otherwise;
        return TimeModifier.TryParse(text, out var time) ? TimeRange.Nanoseconds(time.Resolve(now, TimeZoneInfo.Utc)) : throw new FormatException($"{name}: write -7d, or 2026-03-02T10:00:00Z");
    }

    private static async Task<PreparedDetection> FindAsync(JsonElement body, RunningDetections running, CancellationToken cancellation)
    {
        var name = body.TryGetProperty("detection", out var named) && named.GetString() is { Length: > 0 } text ? text : throw new FormatException("write {\"detection\":\"…\",\"from\":\"-7d\",\"to\":\"now\"}");
        var found = running.Content.FindOne(name) ?? throw new FormatException($"no detection is called {name}");
        var choices = await running.ChoicesAsync(cancellation).ConfigureAwait(false);
        return Prepare(Detections.Windows.EnabledDetections.Scheduled(found, choices.GetValueOrDefault(found.Id)), running.Content.Macros);
    }

    /// <summary>A detection that is sent: with the macros of the server, and a filter of its own that lets all through.</summary>
    private static PreparedDetection Read(string yaml, ContentLibrary content)
    {
        var file = Path.Combine(Path.GetTempPath(), $"detection_{Guid.NewGuid():N}.yml");
        try
        {
            File.WriteAllText(file, yaml);
            var sent = ContentLibrary.Load([file]);
            if (sent.Detections is not [var detection])
            {
                throw new FormatException(string.Join("\n\n", sent.Diagnostics.Where(d => d.Severity == Severity.Error).Select(DiagnosticRenderer.Render).DefaultIfEmpty("this is no detection")).Replace(file, "detection.yml", StringComparison.Ordinal));
            }

            var macros = content.Macros.Clone();
            foreach (var macro in sent.Macros.All.Where(m => macros.Find(m.Name, m.Arguments.Count) is null))
            {
                macros.Set(macro);
            }

            // Its filter is named after its file, which has another name here.
            foreach (System.Text.RegularExpressions.Match used in System.Text.RegularExpressions.Regex.Matches(detection.Search.Content, "`([a-z0-9_]+_filter)`"))
            {
                if (macros.Find(used.Groups[1].Value, 0) is null)
                {
                    macros.Set(BuiltInMacros.EmptyFilter(used.Groups[1].Value));
                }
            }

            return Prepare(detection, macros);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static PreparedDetection Prepare(Detection detection, MacroTable macros)
    {
        var mistakes = new List<Diagnostic>();
        return PreparedDetection.Prepare([detection], macros, mistakes) is [var prepared] ? prepared : throw new FormatException(string.Join("\n\n", mistakes.Select(DiagnosticRenderer.Render)));
    }
}
