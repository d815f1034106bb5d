using System.Globalization;
using NCrontab;

namespace Saker.Content.Reading;

/// <summary>Reads when a search runs: <c>deployment.scheduling</c> of B, <c>custom_schedule</c> of C, <c>scheduling</c> of a deployment.</summary>
internal static class ScheduleReader
{
    public static Schedule? Read(MappingReader reader)
    {
        var deployment = reader.Mapping("deployment");
        var schedule = (deployment?.Mapping("scheduling") ?? reader.Mapping("custom_schedule")) is { } mapping ? ReadMapping(mapping) : null;
        deployment?.Skip("alert_action", "name", "id", "date", "author", "description", "type");
        deployment?.ReportUnknownKeys();
        return schedule;
    }

    public static Schedule ReadMapping(MappingReader mapping)
    {
        var schedule = new Schedule(Cron(mapping), Time(mapping, "earliest_time"), Time(mapping, "latest_time"), Window(mapping));
        mapping.ReportUnknownKeys();
        return schedule;
    }

    private static string Cron(MappingReader mapping)
    {
        var scalar = mapping.RequiredScalar("cron_schedule");
        if (scalar is not null && CrontabSchedule.TryParse(scalar.Text.Trim()) is null)
        {
            mapping.Report(ContentErrors.BadCron(mapping.File, scalar.Span, scalar.Text));
        }

        return scalar?.Text.Trim() ?? "";
    }

    private static string Time(MappingReader mapping, string key)
    {
        var scalar = mapping.RequiredScalar(key);
        if (scalar is not null && !TimeModifierSyntax.IsValid(scalar.Text))
        {
            mapping.Report(ContentErrors.BadTimeModifier(mapping.File, scalar.Span, mapping.PathOf(key), scalar.Text));
        }

        return scalar?.Text.Trim() ?? "";
    }

    private static string Window(MappingReader mapping)
    {
        var scalar = mapping.Scalar("schedule_window");
        if (scalar is not null && scalar.Text != "auto" && !int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            mapping.Report(ContentErrors.WrongType(mapping.File, scalar.Span, mapping.PathOf("schedule_window"), "auto or a number of minutes", $"`{scalar.Text}`"));
        }

        return scalar?.Text ?? "auto";
    }
}
