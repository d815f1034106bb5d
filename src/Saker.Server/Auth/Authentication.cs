using Microsoft.AspNetCore.Http;
using Saker.Server.Endpoints;
using Saker.Server.Telemetry;

namespace Saker.Server.Auth;

/// <summary>Finds out who sent a request, after routing and before its endpoint. Whatever is not expressly open is closed.</summary>
internal sealed class Authentication(TokenSet tokens, CertificateCallers certificates, ServerMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var need = endpoint?.Metadata.GetMetadata<Need>();
        if (endpoint is null || need is null)
        {
            if (endpoint?.Metadata.GetMetadata<ForEveryone>() is not null)
            {
                await next(context).ConfigureAwait(false);
                return;
            }

            // A path that does not exist says so to everyone: the paths are documented, and no secret.
            await ShortAnswer.WriteAsync(context, endpoint is null ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden, endpoint is null ? "there is nothing at this path" : "closed").ConfigureAwait(false);
            return;
        }

        var (caller, refusal) = Identify(context, need);
        if (caller is null)
        {
            metrics.Refused(refusal.ToString());
            await (need.Refuse ?? ShortAnswer.RefuseAsync)(context, refusal).ConfigureAwait(false);
            return;
        }

        context.SetCaller(caller);
        await next(context).ConfigureAwait(false);
    }

    private (Caller? Caller, Refusal Refusal) Identify(HttpContext context, Need need)
    {
        var credential = Credential.Read(context.Request, need.Header, need.AllowsQuery);
        if (credential.IsMalformed)
        {
            return (null, Refusal.Malformed);
        }

        if (credential.Token is null)
        {
            return certificates.Find(context.Connection.ClientCertificate) is not { } holder ? (null, Refusal.NoToken)
                : holder.May(need.Scopes) ? (holder, default) : (null, Refusal.MissingScope);
        }

        var entry = tokens.Find(credential.Token);
        return entry switch
        {
            null => (null, Refusal.UnknownToken),
            { IsDisabled: true } => (null, Refusal.DisabledToken),
            _ when credential.IsInQuery && !entry.Rules.AllowsQuery => (null, Refusal.QueryNotAllowed),
            _ when !entry.Caller.May(need.Scopes) => (null, Refusal.MissingScope),
            _ => (entry.Caller, default),
        };
    }
}
