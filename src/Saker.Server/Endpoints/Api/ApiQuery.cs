using System.Globalization;
using Microsoft.AspNetCore.Http;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Server.Endpoints.Api;

/// <summary>What the address of a list says: <c>?earliest=-24h&amp;latest=now&amp;limit=100</c>.</summary>
internal sealed record ApiQuery(TimeRange Range, int Limit)
{
    private const int MostRows = 10_000;

    /// <exception cref="FormatException">A value cannot be read; the message is for the sender.</exception>
    public static ApiQuery Read(HttpRequest request, DateTimeOffset now, string defaultEarliest)
    {
        var limit = request.Query["limit"].ToString() is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRows ? number : throw new FormatException($"limit: write a number up to {MostRows}")
            : 1000;
        return new ApiQuery(new TimeRange(Time(request, "earliest", defaultEarliest, now), Time(request, "latest", "", now)), limit == 0 ? MostRows : limit);
    }

    private static long Time(HttpRequest request, string name, string otherwise, DateTimeOffset now)
    {
        var text = request.Query[name].ToString() is { Length: > 0 } given ? given : otherwise;
        return text.Length == 0 ? long.MaxValue
            : TimeModifier.TryParse(text, out var modifier) ? TimeRange.Nanoseconds(modifier.Resolve(now, TimeZoneInfo.Utc))
            : throw new FormatException($"{name}: `{text}` is no time; write -24h, 2026-03-02T10:00:00Z or an epoch");
    }
}
