namespace Saker.Content.Reading;

internal static class DeploymentReader
{
    public static Deployment Read(MappingReader reader)
    {
        var schedule = reader.Mapping("scheduling");
        if (schedule is null && !reader.Has("scheduling"))
        {
            reader.Report(ContentErrors.MissingKey(reader.File, default, "scheduling"));
        }

        var action = reader.Mapping("alert_action");
        var rba = action?.Mapping("rba");
        var deployment = new Deployment
        {
            Name = reader.RequiredText("name"),
            Type = reader.OneOf("type", Values.DeploymentTypes),
            File = reader.File,
            Schedule = schedule is null ? Schedule.Hourly : ScheduleReader.ReadMapping(schedule),
            MakesRiskEvents = rba is not null && (rba.Flag("enabled") ?? true),
            Notable = action?.Mapping("notable") is { } notable ? ReadNotable(notable) : null,
        };
        action?.Skip("email", "slack", "phantom", "suppress", "fbd");
        action?.ReportUnknownKeys();
        reader.Skip("id", "version", "date", "creation_date", "modification_date", "author", "description", "fbd", "suppress", "tags", "status");
        return deployment;
    }

    private static NotableSpec ReadNotable(MappingReader notable)
    {
        var spec = new NotableSpec(notable.RequiredText("rule_title"), notable.Text("rule_description"), notable.Texts("nes_fields"));
        notable.ReportUnknownKeys();
        return spec;
    }
}
