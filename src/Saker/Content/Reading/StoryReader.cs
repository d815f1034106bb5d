namespace Saker.Content.Reading;

internal static class StoryReader
{
    public static AnalyticStory Read(ContentFile file, MappingReader reader)
    {
        var tags = reader.Mapping("tags");
        var status = reader.OneOf("status", Values.Statuses, required: false);
        var story = new AnalyticStory
        {
            Name = reader.RequiredText("name"),
            File = reader.File,
            Id = reader.Id("id", required: false),
            Status = file.Retired ?? status,
            Author = reader.Text("author"),
            Date = reader.Date("modification_date") ?? reader.Date("date") ?? reader.Date("creation_date"),
            Description = reader.RequiredText("description"),
            Narrative = reader.Text("narrative"),
            References = reader.Texts("references"),
            Categories = [.. reader.Texts("category"), .. tags?.Texts("category") ?? []],
        };
        reader.Skip("version", "date", "creation_date", "type", "product", "usecase", "cve", "group", "deprecation_info");
        tags?.Skip("product", "usecase", "cve", "group");
        tags?.ReportUnknownKeys();
        return story;
    }
}
