using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Risk.Findings;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Server.Serving;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>GET /api/v1/findings?state=new</c>, <c>GET /api/v1/findings/{id}</c>, <c>PATCH /api/v1/findings/{id}</c> with <c>{"version":3,"state":"closed","disposition":"benign","owner":"ann","note":"…"}</c>: 409
/// with the finding as it is now, if that is not the version any more.
/// </summary>
internal static class FindingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/findings", ListAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/findings/{id}", GetAsync).Needs(Scopes.Read);
        routes.MapPatch("/api/v1/findings/{id}", EditAsync).Needs(Scopes.Admin);
    }

    private static FindingBook Book(HttpContext context) => context.RequestServices.GetRequiredService<RunningDetections>().Findings;

    private static Task ListAsync(HttpContext context) => DetectionEndpoints.WithQuery(context, "-90d", async query =>
    {
        var state = context.Request.Query["state"].ToString();
        if (state.Length > 0 && !Enum.GetValues<FindingState>().Any(s => NameOf(s) == state))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, $"state: write {string.Join(", ", Enum.GetValues<FindingState>().Select(NameOf))}").ConfigureAwait(false);
            return;
        }

        var running = context.RequestServices.GetRequiredService<RunningDetections>();
        Finding? Wanted(StateRow row) => Finding.Read(row) is var f && (state.Length == 0 || NameOf(f.State) == state) ? f : null;
        var (page, next) = await query.PageOfAsync((after, most) => running.LatestAsync(StateTable.Findings, query.Range, after, most, context.RequestAborted), Wanted).ConfigureAwait(false);
        await ShortAnswer.WriteJsonAsync(context, $"{{\"findings\":[{string.Join(',', page.Select(Text))}]{ApiQuery.End(next)}").ConfigureAwait(false);
    });

    private static async Task GetAsync(HttpContext context)
    {
        var found = await Book(context).FindAsync((string)context.Request.RouteValues["id"]!, context.RequestAborted).ConfigureAwait(false);
        await (found is null ? NotFoundAsync(context) : ShortAnswer.WriteJsonAsync(context, Text(found) + "\n")).ConfigureAwait(false);
    }

    private static async Task EditAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 4 });
            var (edit, version) = Read(json.RootElement);
            var who = context.Caller().Name;
            var changed = await Book(context).EditAsync((string)context.Request.RouteValues["id"]!, version, edit, who, context.RequestAborted).ConfigureAwait(false);
            await (changed is null ? NotFoundAsync(context) : ShortAnswer.WriteJsonAsync(context, Text(changed) + "\n")).ConfigureAwait(false);
        }
        catch (FindingChangedException conflict)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await ShortAnswer.WriteJsonAsync(context, Text(conflict.Now) + "\n").ConfigureAwait(false);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException or InvalidOperationException)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
        }
    }

    private static (FindingEdit Edit, long? Version) Read(JsonElement root)
    {
        var edit = new FindingEdit();
        long? version = null;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "version":
                    version = member.Value.GetInt64();
                    break;
                case "state":
                    edit = edit with { State = Word<FindingState>(member) };
                    break;
                case "disposition":
                    edit = edit with { Disposition = Word<FindingDisposition>(member) };
                    break;
                case "owner":
                    edit = edit with { Owner = member.Value.GetString() };
                    break;
                case "note":
                    edit = edit with { Note = member.Value.GetString() };
                    break;
                default:
                    throw new FormatException($"`{member.Name}` cannot be changed; version, state, disposition, owner and note can");
            }
        }

        return (edit, version);
    }

    private static T Word<T>(JsonProperty member)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == member.Value.GetString())
            {
                return value;
            }
        }

        throw new FormatException($"{member.Name}: write {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}");
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Text(Finding finding) => JsonSerializer.Serialize(finding, FindingJson.Default.Finding);

    private static Task NotFoundAsync(HttpContext context) => ShortAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such finding");
}
