using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Detections;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Spl.Planning;
using Saker.Spl.Text;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>
/// <c>POST /api/v1/events/search</c> (or GET with the same in the address): the rows of a search over the store, a JSON object a line, sent as they are computed. Hanging up ends the search. What was cut
/// is told in a last line: <c>{"_saker":{"cut":"rows","limit":100000}}</c>; so are warnings and a failure on the way.
/// </summary>
internal static class SearchEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/events/search", PostAsync).Needs(Scopes.Read);
        routes.MapGet("/api/v1/events/search", context => AnswerAsync(context, () => SearchRequest.Read(context.Request.Query))).Needs(Scopes.Read);
    }

    private static async Task PostAsync(HttpContext context)
    {
        using var body = await context.RequestServices.GetRequiredService<BodyReader>().ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, () => SearchRequest.Read(body.Bytes)).ConfigureAwait(false);
    }

    private static async Task AnswerAsync(HttpContext context, Func<SearchRequest> read)
    {
        var service = context.RequestServices.GetRequiredService<SearchService>();
        SearchRequest request;
        SearchPlan plan;
        try
        {
            request = read();
            plan = service.Plan(request);
        }
        catch (FormatException mistake)
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, mistake.Message).ConfigureAwait(false);
            return;
        }
        catch (SplException mistake)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await ShortAnswer.WriteJsonAsync(context, Mistakes(mistake)).ConfigureAwait(false);
            return;
        }

        if (!service.TryBegin())
        {
            ShortAnswer.SetRetryAfter(context, TimeSpan.FromSeconds(1));
            await ShortAnswer.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"{service.Settings.AtOnce} searches are running; try again later").ConfigureAwait(false);
            return;
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, service.Stopping);
            end.CancelAfter(TimeSpan.FromSeconds(service.Settings.Seconds));

            // Searching is work for a thread; a slow reader must not hold one that answers senders.
            await Task.Factory.StartNew(() => Run(context, service, plan, request, end.Token), context.RequestAborted, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap().ConfigureAwait(false);
        }
        finally
        {
            service.End();
        }
    }

    private static async Task Run(HttpContext context, SearchService service, SearchPlan plan, SearchRequest request, CancellationToken cancellation)
    {
        var most = request.Limit == 0 ? service.Settings.Rows : Math.Min(request.Limit, service.Settings.Rows);
        var last = "";
        var output = context.Response.BodyWriter;
        try
        {
            var result = service.Run(plan, request, cancellation);
            var rows = 0L;
            using var json = new Utf8JsonWriter(output, RowObject.Options);
            foreach (var row in result.Stream.Rows)
            {
                Begin(context);
                if (rows == most)
                {
                    last = most == request.Limit ? "" : $$$"""{"_saker":{"cut":"rows","limit":{{{most}}}}}""" + "\n";
                    break;
                }

                RowObject.Write(json, result, row);
                json.Flush();
                json.Reset();
                output.Write("\n"u8);
                if (++rows % 256 == 0)
                {
                    await output.FlushAsync(cancellation).ConfigureAwait(false);
                }
            }

            Begin(context);
            foreach (var warning in result.Context.Warnings)
            {
                last += $$$"""{"_saker":{"warning":"{{{JsonEncodedText.Encode(warning)}}}"}}""" + "\n";
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            last = await FailAsync(context, StatusCodes.Status504GatewayTimeout, $"the search took longer than {service.Settings.Seconds} seconds").ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (StoreUnavailableException failure)
        {
            last = await FailAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message).ConfigureAwait(false);
        }
        catch (SplException failure)
        {
            last = await FailAsync(context, StatusCodes.Status422UnprocessableEntity, failure.Diagnostics[0].Message).ConfigureAwait(false);
        }

        output.Write(System.Text.Encoding.UTF8.GetBytes(last));
        await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static void Begin(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/x-ndjson";
        }
    }

    /// <summary>As an answer of its own, or as the last line once rows were sent.</summary>
    private static async Task<string> FailAsync(HttpContext context, int status, string why)
    {
        if (!context.Response.HasStarted && context.Response.ContentType is null)
        {
            await ShortAnswer.WriteAsync(context, status, why).ConfigureAwait(false);
            return "";
        }

        return $$$"""{"_saker":{"failed":"{{{JsonEncodedText.Encode(why)}}}"}}""" + "\n";
    }

    private static string Mistakes(SplException mistake)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, RowObject.Options))
        {
            json.WriteStartObject();
            json.WriteString("error", mistake.Diagnostics[0].Message);
            json.WriteStartArray("mistakes");
            foreach (var one in mistake.Diagnostics)
            {
                var (line, column) = one.Source.Locate(one.Span.Start);
                json.WriteStartObject();
                json.WriteString("code", one.Code);
                json.WriteString("message", one.Message);
                json.WriteString("hint", one.Hint);
                json.WriteNumber("line", line);
                json.WriteNumber("column", column);
                json.WriteString("shown", DiagnosticRenderer.Render(one));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
