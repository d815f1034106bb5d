using System.Globalization;
using Microsoft.AspNetCore.Http;
using Saker.Server.Auth;
using Saker.Server.Receiving;

namespace Saker.Server.Endpoints.Hec;

/// <summary>Writes HEC's answers: <c>{"text":"Success","code":0,"ackId":7}</c>, <c>{"text":"Invalid data format","code":6,"invalid-event-number":2}</c>.</summary>
internal static class HecReply
{
    public static Task WriteAsync(HttpContext context, HecCode code, long? ackId = null, int? invalidEvent = null)
    {
        context.Response.StatusCode = code.Status;
        var more = ackId is { } id ? string.Create(CultureInfo.InvariantCulture, $",\"ackId\":{id}") : "";
        more += invalidEvent is { } number ? string.Create(CultureInfo.InvariantCulture, $",\"invalid-event-number\":{number}") : "";
        return ShortAnswer.WriteJsonAsync(context, string.Create(CultureInfo.InvariantCulture, $"{{\"text\":\"{code.Text}\",\"code\":{code.Number}{more}}}"));
    }

    /// <summary>Overload, a full journal and a failing disk are all <c>503</c>, code 9: what every HEC client tries again.</summary>
    public static Task BusyAsync(HttpContext context, TimeSpan wait)
    {
        ShortAnswer.SetRetryAfter(context, wait);
        return WriteAsync(context, HecCode.Busy);
    }

    public static Task RefuseAsync(HttpContext context, Refusal refusal) => refusal switch
    {
        Refusal.TooMuch => BusyAsync(context, TimeSpan.FromSeconds(1)),
        Refusal.NoToken => WriteAsync(context, HecCode.TokenRequired),
        Refusal.Malformed => WriteAsync(context, HecCode.InvalidAuthorization),
        Refusal.DisabledToken => WriteAsync(context, HecCode.TokenDisabled),
        Refusal.QueryNotAllowed => WriteAsync(context, HecCode.QueryNotEnabled),
        _ => WriteAsync(context, HecCode.InvalidToken),
    };

    public static Task RefuseAsync(HttpContext context, BodyRefusedException refused) => refused.Fault switch
    {
        BodyFault.TooLarge => WriteAsync(context, HecCode.TooLarge),
        BodyFault.UnknownEncoding => WriteAsync(context, HecCode.UnknownEncoding),
        BodyFault.Broken => WriteAsync(context, HecCode.InvalidFormat),
        _ => BusyAsync(context, refused.RetryAfter),
    };
}
