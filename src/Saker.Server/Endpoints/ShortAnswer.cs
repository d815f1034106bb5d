using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Saker.Server.Auth;
using Saker.Stores;

namespace Saker.Server.Endpoints;

/// <summary>Answers of the endpoints that have no protocol's words to keep to: <c>{"error":"no token"}</c>.</summary>
internal static class ShortAnswer
{
    public static Task WriteAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteJsonAsync(context, $$"""{"error":"{{JsonEncodedText.Encode(error)}}"}""" + "\n");
    }

    public static Task WriteJsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal is Refusal.NoToken or Refusal.Malformed or Refusal.UnknownToken)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"saker\"";
        }

        return WriteAsync(context, Status(refusal), Words(refusal));
    }

    /// <summary>A batch that was not kept: 429 for a full journal, 503 for a failing disk, with the time to wait.</summary>
    public static Task NotKeptAsync(HttpContext context, IntakeAnswer answer)
    {
        SetRetryAfter(context, answer.RetryAfter);
        return WriteAsync(context, answer.Status == IntakeStatus.Full ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable, answer.Why);
    }

    public static void SetRetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    public static int Status(Refusal refusal) => refusal switch
    {
        Refusal.TooMuch => StatusCodes.Status429TooManyRequests,
        Refusal.DisabledToken or Refusal.MissingScope or Refusal.QueryNotAllowed => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status401Unauthorized,
    };

    private static string Words(Refusal refusal) => refusal switch
    {
        Refusal.NoToken => "a token is required",
        Refusal.Malformed => "the Authorization header cannot be read; write `Bearer TOKEN`",
        Refusal.UnknownToken => "unknown token",
        Refusal.DisabledToken => "this token is disabled",
        Refusal.QueryNotAllowed => "this token may not stand in the address",
        Refusal.TooMuch => "this token sent more than its share; try again later",
        _ => "this token's scopes do not allow it",
    };
}
