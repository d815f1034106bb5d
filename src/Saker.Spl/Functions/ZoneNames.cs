namespace Saker.Spl.Functions;

/// <summary>Short names of time zones (<c>UTC</c>, <c>EST</c>, <c>CEST</c>); .NET knows only the long ones.</summary>
internal static class ZoneNames
{
    private static readonly Dictionary<string, double> Hours = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["Z"] = 0,
        ["WET"] = 0,
        ["WEST"] = 1,
        ["BST"] = 1,
        ["CET"] = 1,
        ["CEST"] = 2,
        ["EET"] = 2,
        ["EEST"] = 3,
        ["MSK"] = 3,
        ["IST"] = 5.5,
        ["JST"] = 9,
        ["KST"] = 9,
        ["HKT"] = 8,
        ["SGT"] = 8,
        ["AWST"] = 8,
        ["ACST"] = 9.5,
        ["AEST"] = 10,
        ["AEDT"] = 11,
        ["NZST"] = 12,
        ["NZDT"] = 13,
        ["AST"] = -4,
        ["ADT"] = -3,
        ["EST"] = -5,
        ["EDT"] = -4,
        ["CST"] = -6,
        ["CDT"] = -5,
        ["MST"] = -7,
        ["MDT"] = -6,
        ["PST"] = -8,
        ["PDT"] = -7,
        ["AKST"] = -9,
        ["AKDT"] = -8,
        ["HST"] = -10,
    };

    // By the start of the zone's id: the names in standard and in daylight saving time.
    private static readonly (string[] Ids, string Standard, string Daylight)[] Names =
    [
        (["UTC", "Etc/UTC", "Etc/UCT", "Zulu", "Coordinated Universal Time"], "UTC", "UTC"),
        (["Europe/London"], "GMT", "BST"),
        (["Europe/Lisbon"], "WET", "WEST"),
        (["Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Amsterdam", "Europe/Vienna", "Europe/Zurich", "Europe/Brussels", "Europe/Prague", "Europe/Warsaw", "Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Europe/Budapest"], "CET", "CEST"),
        (["Europe/Athens", "Europe/Helsinki", "Europe/Kiev", "Europe/Kyiv", "Europe/Bucharest", "Europe/Sofia"], "EET", "EEST"),
        (["Europe/Moscow"], "MSK", "MSK"),
        (["America/New_York", "America/Toronto", "America/Detroit", "US/Eastern"], "EST", "EDT"),
        (["America/Chicago", "US/Central"], "CST", "CDT"),
        (["America/Denver", "US/Mountain"], "MST", "MDT"),
        (["America/Phoenix"], "MST", "MST"),
        (["America/Los_Angeles", "America/Vancouver", "US/Pacific"], "PST", "PDT"),
        (["Asia/Tokyo"], "JST", "JST"),
        (["Asia/Kolkata", "Asia/Calcutta"], "IST", "IST"),
        (["Asia/Seoul"], "KST", "KST"),
        (["Asia/Hong_Kong"], "HKT", "HKT"),
        (["Australia/Sydney", "Australia/Melbourne"], "AEST", "AEDT"),
        (["Pacific/Auckland"], "NZST", "NZDT"),
    ];

    public static TimeSpan? OffsetOf(string name) => Hours.TryGetValue(name, out var hours) ? TimeSpan.FromHours(hours) : null;

    /// <summary>The short name at a time, or null if none is known.</summary>
    public static string? Abbreviation(TimeZoneInfo zone, DateTimeOffset time)
    {
        foreach (var (ids, standard, daylight) in Names)
        {
            if (Array.IndexOf(ids, zone.Id) >= 0)
            {
                return zone.IsDaylightSavingTime(time) ? daylight : standard;
            }
        }

        return null;
    }
}
