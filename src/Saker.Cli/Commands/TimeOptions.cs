using System.CommandLine;
using System.Globalization;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Syntax;

namespace Saker.Cli.Commands;

/// <summary>The options with which verbs bound and date what they read: <c>--earliest</c>, <c>--latest</c>, <c>--now</c>, <c>--date</c>.</summary>
internal sealed class TimeOptions
{
    private readonly Option<string?> earliest = new("--earliest") { Description = "Only events from this time on: -7d@d, 2026-03-14T10:00:00, an epoch.", HelpName = "TIME" };
    private readonly Option<string?> latest = new("--latest") { Description = "Only events before this time.", HelpName = "TIME" };
    private readonly Option<string?> now = new("--now") { Description = "The time of the search; by default the newest time read.", HelpName = "TIME" };
    private readonly Option<string?> date = new("--date") { Description = "The day (YYYY-MM-DD) of clocks without a date; by default the file's day.", HelpName = "DAY" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[earliest, latest, now, date])
        {
            command.Options.Add(option);
        }
    }

    public ScanSettings Settings(ParseResult parsed) => new()
    {
        Ingest = new IngestOptions { Date = ReadDay(parsed) },
        Earliest = ReadTime(parsed, earliest),
        Latest = ReadTime(parsed, latest),
        Now = ReadTime(parsed, now)?.Resolve(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc),
    };

    /// <summary>As written, checked: for a server, whose clock counts.</summary>
    public string? Earliest(ParseResult parsed) => ReadTime(parsed, earliest) is null ? null : parsed.GetValue(earliest);

    public string? Latest(ParseResult parsed) => ReadTime(parsed, latest) is null ? null : parsed.GetValue(latest);

    private DateOnly? ReadDay(ParseResult parsed) => parsed.GetValue(date) is not { } text
        ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"--date {text}: write the day as YYYY-MM-DD");

    private static TimeModifier? ReadTime(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text
        ? null
        : TimeModifier.TryParse(text, out var time)
            ? time
            : throw new UsageException($"{option.Name} {text}: write a time such as -7d@d, 2026-03-14T10:00:00, or an epoch");
}
