using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Stores;

namespace Saker.Server.Endpoints.Api;

/// <summary>What the address of a list says: <c>?earliest=-24h&amp;latest=now&amp;limit=100&amp;after=…</c>.</summary>
/// <param name="Range">The time that is asked for.</param>
/// <param name="Limit">The most that a page holds.</param>
/// <param name="After">The place of the last one of the page before; null for the first page.</param>
internal sealed record ApiQuery(TimeRange Range, int Limit, (long Rank, string Key)? After)
{
    private const int MostRows = 10_000;

    /// <summary>Where few of the rows are wanted, asking for few at a time would take long.</summary>
    private const int LeastRead = 500;

    /// <exception cref="FormatException">A value cannot be read; the message is for the sender.</exception>
    public static ApiQuery Read(HttpRequest request, DateTimeOffset now, string defaultEarliest)
    {
        var limit = request.Query["limit"].ToString() is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRows ? number : throw new FormatException($"limit: write a number up to {MostRows}")
            : 1000;
        return new ApiQuery(new TimeRange(Time(request, "earliest", defaultEarliest, now), Time(request, "latest", "", now)), limit == 0 ? MostRows : limit, PlaceOf(request.Query["after"].ToString()));
    }

    /// <summary>
    /// A page of a list that stands in descending order of rank (a time, a score), then of key, and where the next one begins: null after the last. What comes in between the pages makes none of them repeat or
    /// skip others.
    /// </summary>
    public (IReadOnlyList<T> Page, string? Next) PageOf<T>(IEnumerable<T> descending, Func<T, (long Rank, string Key)> placeOf)
    {
        var rest = After is { } after ? descending.SkipWhile(item => Compare(placeOf(item), after) >= 0) : descending;
        List<T> page = [.. rest.Take(Limit + 1)];
        if (page.Count <= Limit)
        {
            return (page, null);
        }

        page.RemoveAt(Limit);
        var (rank, key) = placeOf(page[^1]);
        return (page, Place(rank, key));
    }

    /// <summary>A page of a table's rows, the latest first, and where the next one begins. The store is asked for so many rows as are wanted, and for more while what fits is too little.</summary>
    /// <param name="read">Reads at most so many rows that come after a place.</param>
    /// <param name="of">What a row says; null where it is not wanted.</param>
    public async Task<(IReadOnlyList<T> Page, string? Next)> PageOfAsync<T>(Func<(long Time, string Key)?, int, Task<IReadOnlyList<StateRow>>> read, Func<StateRow, T?> of)
        where T : class
    {
        var (found, place) = (new List<(T Item, StateRow Row)>(), After);
        var most = Math.Max(Limit + 1, LeastRead);
        while (found.Count <= Limit)
        {
            var rows = await read(place, most).ConfigureAwait(false);
            foreach (var row in rows)
            {
                if (of(row) is { } item && found.Count <= Limit)
                {
                    found.Add((item, row));
                }

                place = (row.TimeNanoseconds, row.Key);
            }

            if (rows.Count < most)
            {
                break;
            }
        }

        var page = found.Take(Limit).Select(f => f.Item).ToList();
        return (page, found.Count > Limit ? Place(found[Limit - 1].Row.TimeNanoseconds, found[Limit - 1].Row.Key) : null);
    }

    /// <summary>The end of an answer: <c>,"next":"…"}</c>, or without.</summary>
    public static string End(string? next) => next is null ? "}\n" : $",\"next\":\"{next}\"}}\n";

    private static string Place(long rank, string key) => $"{rank.ToString(CultureInfo.InvariantCulture)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key))}";

    private static int Compare((long Rank, string Key) a, (long Rank, string Key) b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : string.CompareOrdinal(a.Key, b.Key);

    private static (long Rank, string Key)? PlaceOf(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank) && Base64Url.IsValid(text.AsSpan(dot + 1))
            ? (rank, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(dot + 1))))
            : throw new FormatException("after: give what `next` of the page before said");
    }

    private static long Time(HttpRequest request, string name, string otherwise, DateTimeOffset now)
    {
        var text = request.Query[name].ToString() is { Length: > 0 } given ? given : otherwise;
        return text.Length == 0 ? long.MaxValue
            : TimeModifier.TryParse(text, out var modifier) ? TimeRange.Nanoseconds(modifier.Resolve(now, TimeZoneInfo.Utc))
            : throw new FormatException($"{name}: `{text}` is no time; write -24h, 2026-03-02T10:00:00Z or an epoch");
    }
}
