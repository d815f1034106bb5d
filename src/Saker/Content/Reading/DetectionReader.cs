using Saker.Content.Yaml;
using Saker.Spl.Text;

namespace Saker.Content.Reading;

/// <summary>Reads a detection of any of the three generations of the schema.</summary>
internal static class DetectionReader
{
    public static Detection Read(ContentFile file, MappingReader reader)
    {
        var generation = GenerationOf(reader.Map);
        var stem = Path.GetFileNameWithoutExtension(file.Path);

        // C has no `tags`, but what it removed keeps them.
        var tags = reader.Mapping("tags");
        var labels = tags ?? reader;
        var hasLabels = tags is not null || generation == SchemaGeneration.C;
        if (!hasLabels)
        {
            reader.Report(ContentErrors.MissingKey(reader.File, reader.KeySpan("tags"), "tags"));
        }

        var name = reader.RequiredText("name");
        var type = reader.OneOf("type", Values.DetectionTypes, required: true);
        var domain = hasLabels ? labels.OneOf("security_domain", Values.SecurityDomains) : "";
        var schedule = ScheduleReader.Read(reader);
        var status = reader.OneOf("status", Values.Statuses, required: true);
        var detection = new Detection
        {
            Name = name,
            Id = reader.Id("id", required: true),
            Type = type,
            Search = ReadSearch(reader, name, stem + "_filter"),
            File = reader.File,
            Stem = stem,
            Generation = generation,
            Schedule = schedule ?? Schedule.Hourly,
            HasOwnSchedule = schedule is not null,
            Version = reader.Integer("version") ?? 1,
            Author = reader.Text("author"),
            Date = reader.Date("modification_date") ?? reader.Date("date") ?? reader.Date("creation_date"),
            Status = file.Retired ?? status,
            Description = reader.RequiredText("description"),
            HowToImplement = reader.Text("how_to_implement"),
            KnownFalsePositives = reader.Text("known_false_positives"),
            References = reader.Texts("references"),
            DataSources = reader.Texts("data_source"),
            Risk = RiskReader.Read(generation, reader, tags),
            Annotations = AnnotationReader.Read(labels, type, domain),
            SecurityDomain = domain,
            AssetType = labels.Text("asset_type"),
            Throttling = ThrottlingReader.Read(labels),
            Drilldowns = [.. reader.Mappings("drilldown_searches").Select(ReadDrilldown)],
            Tests = TestReader.ReadAll(reader),
            ManualTest = labels.Text("manual_test"),
            Enabled = reader.Flag("enabled_by_default") ?? false,
        };
        SkipTheRest(reader, tags);
        return detection;
    }

    private static SchemaGeneration GenerationOf(YamlMap map)
    {
        string[] ofC = ["intermediate_findings", "finding", "analytic_story", "modification_date"];
        if (ofC.Any(key => map.Find(key) is not null))
        {
            return SchemaGeneration.C;
        }

        var hasScore = map.Find("tags")?.Value is YamlMap tags && tags.Find("risk_score") is not null;
        return hasScore && map.Find("rba") is null ? SchemaGeneration.A : SchemaGeneration.B;
    }

    private static SourceText ReadSearch(MappingReader reader, string name, string filterMacro)
    {
        var scalar = reader.RequiredScalar("search");
        if (scalar is null)
        {
            return new SourceText(name, "");
        }

        if (string.IsNullOrWhiteSpace(scalar.Text))
        {
            reader.Report(ContentErrors.NoSearch(reader.File, scalar.Span));
        }
        else if (!scalar.Text.Contains($"`{filterMacro}`", StringComparison.Ordinal))
        {
            reader.Report(ContentErrors.NoFilterMacro(reader.File, reader.KeySpan("search"), filterMacro));
        }

        return ScalarMap.Embed(name, scalar, reader.File);
    }

    private static Drilldown ReadDrilldown(MappingReader item)
    {
        var drilldown = new Drilldown(item.RequiredText("name"), item.RequiredText("search"), item.RequiredText("earliest_offset"), item.RequiredText("latest_offset"));
        item.ReportUnknownKeys();
        return drilldown;
    }

    private static void SkipTheRest(MappingReader reader, MappingReader? tags)
    {
        reader.Skip("explanation", "deprecation_info", "product", "category", "group", "atomic_guid", "date", "creation_date", "datamodel", "tags");
        tags?.Skip("product", "atomic_guid", "group", "required_fields", "context", "dataset", "supported_tas", "automated_detection_testing", "manual_test", "category");
        tags?.ReportUnknownKeys();
    }
}
