namespace Saker.Content;

/// <summary>When detections run, where it is not left to their content; null leaves as it is.</summary>
/// <param name="Detection">A name, id or file stem, with * and ?.</param>
/// <param name="Cron">Five fields.</param>
/// <param name="Earliest">A time modifier.</param>
/// <param name="Latest">A time modifier.</param>
internal sealed record ScheduleOverride(string Detection, string? Cron, string? Earliest, string? Latest)
{
    public Schedule Over(Schedule schedule) => schedule with { Cron = Cron ?? schedule.Cron, Earliest = Earliest ?? schedule.Earliest, Latest = Latest ?? schedule.Latest };

    /// <summary>What is wrong with a schedule's parts; null if nothing is.</summary>
    public static (string Part, string Message)? Mistake(string? cron, string? earliest, string? latest) =>
        cron is not null && NCrontab.CrontabSchedule.TryParse(cron) is null ? ("cron", $"`{cron}` is not a cron schedule: minute, hour, day of month, month, day of week")
        : earliest is not null && !TimeModifierSyntax.IsValid(earliest) ? ("earliest", $"`{earliest}` is not a time modifier, as -70m@m is one")
        : latest is not null && !TimeModifierSyntax.IsValid(latest) ? ("latest", $"`{latest}` is not a time modifier, as -10m@m is one")
        : null;
}
