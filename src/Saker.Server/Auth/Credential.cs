using System.Text;
using Microsoft.AspNetCore.Http;

namespace Saker.Server.Auth;

/// <summary>The token that a request carries, wherever its protocol puts it.</summary>
/// <param name="Token">Null if there is none.</param>
/// <param name="IsMalformed">There is something, but no token can be read from it.</param>
/// <param name="IsInQuery">It stood in the address.</param>
internal readonly record struct Credential(string? Token, bool IsMalformed = false, bool IsInQuery = false)
{
    /// <summary>
    /// <c>Authorization: Splunk …</c>, <c>Bearer …</c> or <c>Basic</c> (the token is the password), else the protocol's own header, else <c>?token=</c> where the
    /// protocol knows it.
    /// </summary>
    public static Credential Read(HttpRequest request, string? ownHeader, bool allowsQuery)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 0)
        {
            return header.Count == 1 ? OfAuthorization(header[0] ?? "") : new Credential(null, IsMalformed: true);
        }

        if (ownHeader is not null && request.Headers.TryGetValue(ownHeader, out var own) && own.Count == 1)
        {
            return new Credential(own[0]);
        }

        return allowsQuery && request.Query.TryGetValue("token", out var query) && query.Count == 1 && query[0] is { Length: > 0 } token
            ? new Credential(token, IsInQuery: true)
            : default;
    }

    private static Credential OfAuthorization(string header)
    {
        var space = header.IndexOf(' ');
        var value = space < 0 ? "" : header[(space + 1)..].Trim();
        if (value.Length == 0)
        {
            return new Credential(null, IsMalformed: true);
        }

        switch (header[..space].ToLowerInvariant())
        {
            case "splunk" or "bearer":
                return new Credential(value);
            case "basic":
                var bytes = new byte[value.Length];
                if (!Convert.TryFromBase64String(value, bytes, out var length))
                {
                    return new Credential(null, IsMalformed: true);
                }

                var pair = Encoding.UTF8.GetString(bytes, 0, length);
                var colon = pair.IndexOf(':');
                return colon < 0 || colon == pair.Length - 1 ? new Credential(null, IsMalformed: true) : new Credential(pair[(colon + 1)..]);
            default:
                return new Credential(null, IsMalformed: true);
        }
    }
}
