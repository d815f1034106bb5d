using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Saker.Server.Receiving;

namespace Saker.Server.Endpoints;

/// <summary>What endpoints throw, told in short. Protocols with words of their own catch <see cref="BodyRefusedException"/> themselves.</summary>
internal sealed class Faults(ILogger<Faults> log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            switch (failure)
            {
                case BodyRefusedException refused:
                    if (refused.Fault is BodyFault.NoRoom or BodyFault.OverRate)
                    {
                        ShortAnswer.SetRetryAfter(context, refused.RetryAfter);
                    }

                    await ShortAnswer.WriteAsync(context, Status(refused.Fault), refused.Message).ConfigureAwait(false);
                    break;
                case BadHttpRequestException bad:
                    await ShortAnswer.WriteAsync(context, bad.StatusCode, "the request cannot be read").ConfigureAwait(false);
                    break;
                default:
                    log.LogError(failure, "a mistake of saker's own while answering {Method} {Path}", context.Request.Method, context.Request.Path.Value);
                    await ShortAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError, "a mistake of saker's own; its log says more").ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested && failure is OperationCanceledException or BodyRefusedException or BadHttpRequestException or IOException)
        {
            // The sender hung up: there is nobody to tell.
        }
    }

    public static int Status(BodyFault fault) => fault switch
    {
        BodyFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
        BodyFault.UnknownEncoding => StatusCodes.Status415UnsupportedMediaType,
        BodyFault.Broken => StatusCodes.Status400BadRequest,
        BodyFault.OverRate => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
