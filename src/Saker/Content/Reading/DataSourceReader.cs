using Saker.Content.Yaml;

namespace Saker.Content.Reading;

internal static class DataSourceReader
{
    public static DataSource Read(MappingReader reader)
    {
        var source = new DataSource
        {
            Name = reader.RequiredText("name"),
            File = reader.File,
            Id = reader.Id("id", required: false),
            Description = reader.Text("description"),
            Source = reader.Text("source"),
            Sourcetype = reader.Text("sourcetype"),
            Fields = reader.Value("fields") is YamlList ? reader.Texts("fields") : [],
        };
        reader.Skip(
            "version", "date", "creation_date", "modification_date", "author", "status", "supported_TA", "separator", "separator_value", "configuration",
            "field_mappings", "convert_to_log_source", "mitre_components", "output_fields", "example_log", "references", "logsource", "fields");
        return source;
    }
}
