using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Saker.Server.Auth;
using Saker.Server.Receiving;

namespace Saker.Server.Endpoints.Otlp;

/// <summary>
/// OTLP over gRPC: unary calls over HTTP/2. A message stands behind five bytes (whether it is compressed, its length); how it went stands in the trailers
/// <c>grpc-status</c>, <c>grpc-message</c> and <c>grpc-status-details-bin</c>.
/// </summary>
internal static class OtlpGrpcEndpoint
{
    private const int PrefixBytes = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var need = new Need(Scopes.Ingest) { Refuse = RefuseAsync };
        routes.MapPost("/opentelemetry.proto.collector.logs.v1.LogsService/Export", context => CallAsync(context, OtlpSignal.Logs)).Needs(need);
        routes.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => CallAsync(context, OtlpSignal.Metrics)).Needs(need);
        routes.MapPost("/opentelemetry.proto.collector.{service}/{method}", context =>
            AnswerAsync(context, new OtlpAnswer(GrpcCode.Unimplemented, "only logs and metrics are taken"), null)).Needs(need);
    }

    private static async Task CallAsync(HttpContext context, OtlpSignal signal)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true || !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            await ShortAnswer.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "this path takes gRPC over HTTP/2").ConfigureAwait(false);
            return;
        }

        OtlpAnswer answer;
        try
        {
            answer = await ExportAsync(context, signal).ConfigureAwait(false);
        }
        catch (BodyRefusedException refused)
        {
            answer = OtlpService.Refused(refused);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OtlpGrpcEndpoint).FullName!);
            log.LogError(failure, "a mistake of saker's own while answering {Path}", context.Request.Path.Value);
            answer = new OtlpAnswer(GrpcCode.Internal, "a mistake of saker's own; its log says more");
        }

        await AnswerAsync(context, answer, answer.Code == GrpcCode.Ok ? answer.Response(signal) : null).ConfigureAwait(false);
    }

    private static async Task<OtlpAnswer> ExportAsync(HttpContext context, OtlpSignal signal)
    {
        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        var service = context.RequestServices.GetRequiredService<OtlpService>();
        using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
        var bytes = body.Bytes;
        if (bytes.Length < PrefixBytes || bytes.Span[0] > 1 || BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[1..]) != bytes.Length - PrefixBytes)
        {
            return new OtlpAnswer(GrpcCode.InvalidArgument, "the body is not one whole gRPC message");
        }

        var encoding = bytes.Span[0] == 1 ? context.Request.Headers["grpc-encoding"].ToString().Trim().ToLowerInvariant() : "identity";
        if (encoding is not ("identity" or "gzip" or "deflate"))
        {
            return new OtlpAnswer(GrpcCode.Unimplemented, $"grpc-encoding `{(encoding.Length > 40 ? encoding[..40] : encoding)}` is not read; gzip, deflate and identity are");
        }

        using var message = await receiver.Bodies.InflateAsync(bytes[PrefixBytes..], encoding, context.RequestAborted).ConfigureAwait(false);
        return await service.ExportAsync(signal, isJson: false, message, context.Caller()).ConfigureAwait(false);
    }

    private static async Task AnswerAsync(HttpContext context, OtlpAnswer answer, IMessage? response)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip,deflate";
        if (!context.Response.SupportsTrailers())
        {
            // gRPC is HTTP/2: what is asked otherwise must not look as if it had been taken.
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (response is not null)
        {
            var bytes = response.ToByteArray();
            var framed = new byte[PrefixBytes + bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)bytes.Length);
            bytes.CopyTo(framed, PrefixBytes);
            await context.Response.Body.WriteAsync(framed, context.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            context.Response.AppendTrailer("grpc-message", Percent(answer.Message));
            context.Response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(answer.Status().ToByteArray()).TrimEnd('='));
        }

        context.Response.AppendTrailer("grpc-status", ((int)answer.Code).ToString(CultureInfo.InvariantCulture));
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => AnswerAsync(context, refusal switch
    {
        Refusal.TooMuch => new OtlpAnswer(GrpcCode.Unavailable, "this token sent more than its share", RetryAfter: TimeSpan.FromSeconds(1)),
        Refusal.MissingScope or Refusal.DisabledToken => new OtlpAnswer(GrpcCode.PermissionDenied, "this token may not send"),
        _ => new OtlpAnswer(GrpcCode.Unauthenticated, "a token is required: metadata `authorization: Bearer TOKEN`"),
    }, null);

    /// <summary>Trailers are ASCII: everything else, and the percent sign, is written as <c>%E2</c>.</summary>
    private static string Percent(string text)
    {
        var to = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            to.Append(b is >= 0x20 and <= 0x7E and not (byte)'%' ? ((char)b).ToString() : $"%{b:X2}");
        }

        return to.ToString();
    }
}
