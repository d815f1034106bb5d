using System.Globalization;

namespace Saker.Content.Reading;

/// <summary>Reads what rows score: observables of A, <c>rba</c> of B, findings of C.</summary>
internal static class RiskReader
{
    public static RiskSpec? Read(SchemaGeneration generation, MappingReader reader, MappingReader? tags) => generation switch
    {
        SchemaGeneration.A => tags is null ? null : ObservableReader.Read(tags),
        SchemaGeneration.B => ReadRba(reader),
        _ => ReadFindings(reader) ?? ReadRba(reader),
    };

    /// <summary>The score under a key, 1 to 100; a fraction is rounded.</summary>
    public static int Score(MappingReader mapping, string key)
    {
        if (mapping.RequiredScalar(key) is not { } scalar)
        {
            return 0;
        }

        if (decimal.TryParse(scalar.Text, NumberStyles.Number, CultureInfo.InvariantCulture, out var score) && score is >= 1 and <= 100)
        {
            return (int)Math.Round(score, MidpointRounding.AwayFromZero);
        }

        mapping.Report(ContentErrors.BadScore(mapping.File, scalar.Span, mapping.PathOf(key), scalar.Text));
        return 0;
    }

    private static RiskSpec? ReadRba(MappingReader reader)
    {
        if (reader.Mapping("rba") is not { } rba)
        {
            return null;
        }

        var message = rba.RequiredText("message");
        var objects = rba.Mappings("risk_objects").Select(item => ReadEntity(item, message)).ToList();
        if (objects.Count == 0)
        {
            rba.Report(ContentErrors.MissingKey(rba.File, rba.KeySpan("risk_objects"), rba.PathOf("risk_objects")));
        }

        var risk = new RiskSpec(message, objects, ReadThreatObjects(rba));
        rba.ReportUnknownKeys();
        return risk;
    }

    private static RiskSpec? ReadFindings(MappingReader reader)
    {
        var threats = ReadThreatObjects(reader);
        var finding = reader.Mapping("finding");
        var intermediate = reader.Mapping("intermediate_findings");
        if (finding is null && intermediate is null)
        {
            return null;
        }

        var title = finding?.RequiredText("title") ?? "";
        var objects = new List<RiskObjectSpec>();
        foreach (var holder in new[] { finding, intermediate }.OfType<MappingReader>())
        {
            var entities = holder.Mappings("entities").Concat(holder.Mappings("entity")).ToList();
            objects.AddRange(entities.Select(item => ReadEntity(item, title)));
            if (entities.Count == 0)
            {
                holder.Report(ContentErrors.MissingKey(holder.File, holder.Place, holder.PathOf(holder == finding ? "entity" : "entities")));
            }

            holder.ReportUnknownKeys();
        }

        return new RiskSpec(title.Length > 0 ? title : objects.Count > 0 ? objects[0].Message : "", objects, threats);
    }

    private static RiskObjectSpec ReadEntity(MappingReader item, string defaultMessage)
    {
        var message = item.Text("message");
        if (message.Length == 0 && defaultMessage.Length == 0)
        {
            item.Report(ContentErrors.MissingKey(item.File, item.Place, item.PathOf("message")));
        }

        var entity = new RiskObjectSpec(
            item.RequiredText("field"),
            item.OneOf("type", Values.RiskObjectTypes),
            Score(item, "score"),
            message.Length > 0 ? message : defaultMessage);
        item.ReportUnknownKeys();
        return entity;
    }

    private static List<ThreatObjectSpec> ReadThreatObjects(MappingReader holder)
    {
        var threats = new List<ThreatObjectSpec>();
        foreach (var item in holder.Mappings("threat_objects"))
        {
            threats.Add(new ThreatObjectSpec(item.RequiredText("field"), item.OneOf("type", Values.ThreatObjectTypes)));
            item.ReportUnknownKeys();
        }

        return threats;
    }
}
