using Saker.Content.Yaml;
using Saker.Spl.Text;

namespace Saker.Content.Reading;

internal static class BaselineReader
{
    public static Baseline Read(ContentFile file, MappingReader reader)
    {
        var tags = reader.Mapping("tags");
        var name = reader.RequiredText("name");
        var search = reader.RequiredScalar("search");
        var status = reader.OneOf("status", Values.Statuses, required: false);
        var schedule = ScheduleReader.Read(reader);
        var baseline = new Baseline
        {
            Name = name,
            Id = reader.Id("id", required: true),
            Search = search is null ? new SourceText(name, "") : ScalarMap.Embed(name, search, reader.File),
            File = reader.File,
            Schedule = schedule ?? Schedule.Nightly,
            HasOwnSchedule = schedule is not null,
            Status = file.Retired ?? status,
            Description = reader.RequiredText("description"),
            Detections = tags?.Texts("detections") ?? [],
            AnalyticStories = tags?.Texts("analytic_story") ?? reader.Texts("analytic_story"),
        };
        reader.Skip(
            "version", "date", "creation_date", "modification_date", "author", "type", "datamodel", "how_to_implement", "known_false_positives",
            "references", "product", "category", "security_domain", "deprecation_info", "asset_type");
        tags?.Skip("product", "security_domain", "required_fields", "asset_type", "kill_chain_phases", "confidence", "impact", "risk_score", "context", "message", "observable");
        tags?.ReportUnknownKeys();
        return baseline;
    }
}
