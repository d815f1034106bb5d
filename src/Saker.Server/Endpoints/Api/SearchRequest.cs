using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Saker.Spl.Syntax;

namespace Saker.Server.Endpoints.Api;

/// <summary>What a search over the API asks for: <c>{"search":"verb=create | stats count by user.username","earliest":"-24h","latest":"now","limit":1000}</c>.</summary>
/// <param name="Search">SPL.</param>
/// <param name="Earliest">A time modifier or stamp; null for the beginning.</param>
/// <param name="Latest">The same for the end; null for now.</param>
/// <param name="Limit">The most rows wanted; 0 for the server's bound.</param>
internal sealed record SearchRequest(string Search, TimeModifier? Earliest, TimeModifier? Latest, long Limit)
{
    private const int LongestSearch = 256 * 1024;

    /// <summary>Reads a body, or the address of a GET; throws <see cref="FormatException"/> with what is wrong.</summary>
    public static SearchRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("expected a JSON object such as {\"search\":\"*\"}");
            }

            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (member.Name is not ("search" or "earliest" or "latest" or "limit"))
                {
                    throw new FormatException($"unknown key `{member.Name}`; search, earliest, latest and limit are known");
                }
            }

            string? Text(string name) => !json.RootElement.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
                : value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : throw new FormatException($"`{name}` should be a text");
            return Of(Text("search"), Text("earliest"), Text("latest"), Text("limit"));
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("a text is not valid UTF-8");
        }
        catch (JsonException mistake)
        {
            throw new FormatException($"this is not JSON: {mistake.Message}", mistake);
        }
    }

    public static SearchRequest Read(IQueryCollection query) => Of(query["search"], query["earliest"], query["latest"], query["limit"]);

    private static SearchRequest Of(string? search, string? earliest, string? latest, string? limit)
    {
        if (string.IsNullOrWhiteSpace(search))
        {
            throw new FormatException("`search` is missing");
        }

        if (search.Length > LongestSearch)
        {
            throw new FormatException($"`search` is longer than {LongestSearch:#,0} characters");
        }

        var rows = 0L;
        return !string.IsNullOrEmpty(limit) && !(long.TryParse(limit, out rows) && rows >= 0)
            ? throw new FormatException("`limit` should be a number of rows")
            : new SearchRequest(search, Time("earliest", earliest), Time("latest", latest), rows);
    }

    private static TimeModifier? Time(string name, string? text) => string.IsNullOrEmpty(text) ? null
        : TimeModifier.TryParse(text, out var time) ? time : throw new FormatException($"`{name}`: `{text}` is no time; write -24h, -7d@d, 2026-03-14T10:00:00, or an epoch");
}
