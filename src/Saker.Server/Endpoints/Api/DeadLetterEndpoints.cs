using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>GET /api/v1/deadletter?source=hec/ci&amp;limit=100</c>, the newest first; <c>GET /api/v1/deadletter/{id}</c> with its text; <c>POST /api/v1/deadletter/{id}/replay</c>: sends it again, 409 with the
/// reason if it stays; <c>DELETE /api/v1/deadletter/{id}</c>; <c>POST /api/v1/deadletter/replay</c> with <c>{"source":"hec/ci"}</c> or <c>{}</c>: all of a source, or all there are.
/// </summary>
internal static class DeadLetterEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/deadletter", ListAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/deadletter/{id}", context => WithAsync(context, ShowAsync)).Needs(Scopes.Read);
        routes.MapDelete("/api/v1/deadletter/{id}", context => WithAsync(context, DropAsync)).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/deadletter/{id}/replay", context => WithAsync(context, ReplayAsync)).Needs(Scopes.Admin);
        routes.MapPost("/api/v1/deadletter/replay", ReplayAllAsync).Needs(Scopes.Admin);
    }

    private static DeadLetters Letters(HttpContext context) => context.RequestServices.GetRequiredService<DeadLetters>();

    private static DeadLetterReplay Replay(HttpContext context) => context.RequestServices.GetRequiredService<DeadLetterReplay>();

    private static Task ListAsync(HttpContext context)
    {
        ApiQuery query;
        try
        {
            query = ApiQuery.Read(context.Request, context.RequestServices.GetRequiredService<Receiver>().Clock.GetUtcNow(), "0");
        }
        catch (FormatException mistake)
        {
            return ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message);
        }

        var (letters, source) = (Letters(context), context.Request.Query["source"].ToString());
        var found = letters.List(source.Length > 0 ? source : null).Where(l => TimeRange.Nanoseconds(l.Time) is var time && time >= query.Range.Earliest && time < query.Range.Latest);
        var (page, next) = query.PageOf(found, l => (l.Id, ""));
        return StatusEndpoints.WriteAsync(context, new
        {
            dead_letters = page.Select(l => new { l.Id, l.Time, l.Source, Kind = Kind(l.IsEvent), l.Reason, l.Bytes }),
            letters.Count,
            letters.Evicted,
            next,
        });
    }

    private static async Task ShowAsync(HttpContext context, long id)
    {
        if (Letters(context).Find(id) is not { } l)
        {
            await NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        await StatusEndpoints.WriteAsync(context, new
        {
            l.Id,
            l.Time,
            l.Source,
            Kind = Kind(l.Event is not null),
            l.Reason,
            Place = l.Item?.Place.ToString(),
            EventKind = l.Event?.Kind.ToString(),
            Text = Encoding.UTF8.GetString(l.Text.Span),
        }).ConfigureAwait(false);
    }

    private static Task DropAsync(HttpContext context, long id) =>
        Letters(context).Remove([id]) > 0 ? StatusEndpoints.WriteAsync(context, new { dropped = id }) : NotFoundAsync(context);

    private static async Task ReplayAsync(HttpContext context, long id)
    {
        if (Letters(context).Find(id) is null)
        {
            await NotFoundAsync(context).ConfigureAwait(false);
        }
        else if (await Replay(context).ReplayAsync(id, CancellationToken.None).ConfigureAwait(false) is { } why)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status409Conflict, why).ConfigureAwait(false);
        }
        else
        {
            await StatusEndpoints.WriteAsync(context, new { replayed = id }).ConfigureAwait(false);
        }
    }

    /// <summary>The oldest first; hanging up ends it after the one under way.</summary>
    private static async Task ReplayAllAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        string? source = null;
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 4 });
            foreach (var member in json.RootElement.EnumerateObject())
            {
                source = member.Name == "source" ? member.Value.GetString() : throw new FormatException($"unknown key `{member.Name}`; source is known");
            }
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
            return;
        }

        var replayed = 0;
        var stayed = new List<object>();
        foreach (var letter in Letters(context).List(source).Reverse().TakeWhile(_ => !context.RequestAborted.IsCancellationRequested))
        {
            if (await Replay(context).ReplayAsync(letter.Id, CancellationToken.None).ConfigureAwait(false) is { } why)
            {
                stayed.Add(new { letter.Id, why });
            }
            else
            {
                replayed++;
            }
        }

        await StatusEndpoints.WriteAsync(context, new { replayed, stayed }).ConfigureAwait(false);
    }

    /// <summary>Damage on disk, and a disk that fails, are told in words.</summary>
    private static async Task WithAsync(HttpContext context, Func<HttpContext, long, Task> act)
    {
        if (!long.TryParse((string)context.Request.RouteValues["id"]!, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            await NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        try
        {
            await act(context, id).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException && !context.Response.HasStarted)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message).ConfigureAwait(false);
        }
    }

    private static string Kind(bool isEvent) => isEvent ? "refused" : "unreadable";

    private static Task NotFoundAsync(HttpContext context) => ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such dead letter");
}
