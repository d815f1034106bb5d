using Saker.Content.Yaml;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content.Reading;

/// <summary>Reads one file into its thing and its diagnostics. Touches nothing else, so that files can be read side by side.</summary>
internal static class ContentFileReader
{
    public static ContentItem Read(ContentFile file)
    {
        var diagnostics = new List<Diagnostic>();
        string content;
        try
        {
            content = File.ReadAllText(file.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var unread = new SourceText(file.Path, "");
            return new ContentItem(file, unread, null, [], default, [ContentErrors.Unreadable(unread, error.Message)]);
        }

        var text = new SourceText(file.Path, content);
        if (YamlDocument.Read(text, diagnostics) is not { } map)
        {
            return new ContentItem(file, text, null, [], default, diagnostics);
        }

        var reader = new MappingReader(map, text, diagnostics);
        var value = ReadAs(file, reader);
        reader.ReportUnknownKeys();
        var broken = diagnostics.Any(d => d.Severity == Severity.Error);
        return new ContentItem(file, text, broken ? null : value, Keys(value), reader.ValueSpan("name"), diagnostics);
    }

    private static object? ReadAs(ContentFile file, MappingReader reader) => (file.Kind ?? Sniff(reader.Map)) switch
    {
        ContentKind.Detection => DetectionReader.Read(file, reader),
        ContentKind.Macro => MacroReader.Read(reader),
        ContentKind.Lookup => LookupReader.Read(reader),
        ContentKind.Story => StoryReader.Read(file, reader),
        ContentKind.Deployment => DeploymentReader.Read(reader),
        ContentKind.DataSource => DataSourceReader.Read(reader),
        ContentKind.Baseline => BaselineReader.Read(file, reader),
        ContentKind.Exception => ExceptionReader.Read(reader),
        _ => Unknown(reader),
    };

    private static ContentKind? Sniff(YamlMap map)
    {
        var isBaseline = map.Find("type")?.Value is YamlScalar { Text: "Baseline" };
        return map switch
        {
            _ when map.Find("search") is not null => isBaseline ? ContentKind.Baseline : ContentKind.Detection,
            _ when map.Find("definition") is not null => ContentKind.Macro,
            _ when map.Find("scheduling") is not null => ContentKind.Deployment,
            _ when map.Find("lookup_type") is not null || map.Find("filename") is not null || map.Find("collection") is not null => ContentKind.Lookup,
            _ when map.Find("narrative") is not null => ContentKind.Story,
            _ when map.Find("detection") is not null && map.Find("reason") is not null => ContentKind.Exception,
            _ when map.Find("sourcetype") is not null => ContentKind.DataSource,
            _ when map.Find("how_to_implement") is not null || map.Find("rba") is not null => ContentKind.Detection,
            _ => null,
        };
    }

    /// <summary>Nothing was asked of the file, so its keys are not unknown ones: one error is enough.</summary>
    private static object? Unknown(MappingReader reader)
    {
        reader.Report(ContentErrors.UnknownKind(reader.File, reader.Map.Span with { Length = 1 }));
        foreach (var entry in reader.Map.Entries)
        {
            reader.Skip(entry.Key.Text);
        }

        return null;
    }

    private static IReadOnlyList<string> Keys(object? value) => value switch
    {
        Detection detection => [detection.Name, detection.Id],
        Macro macro => [$"{macro.Name}({macro.Arguments.Count})"],
        Lookup lookup => [lookup.Name],
        AnalyticStory story => [story.Name],
        Deployment deployment => [deployment.Type],
        DataSource source => [source.Name],
        Baseline baseline => [baseline.Name, baseline.Id],
        RiskException exception => [exception.Name],
        _ => [],
    };
}
