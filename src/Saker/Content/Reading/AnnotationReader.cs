using Saker.Content.Yaml;

namespace Saker.Content.Reading;

/// <summary>Reads what frameworks call a detection, and derives what the file leaves out.</summary>
internal static class AnnotationReader
{
    public static Annotations Read(MappingReader tags, DetectionType type, string securityDomain)
    {
        var techniques = tags.Scalars("mitre_attack_id").Select(id => Find(id, tags)).DistinctBy(t => t.Id).ToList();
        var tactics = OrElse(tags.Texts("tactics"), [.. techniques.SelectMany(t => t.Tactics).Distinct()]);
        return new Annotations
        {
            AnalyticStories = tags.Texts("analytic_story"),
            Techniques = techniques,
            Tactics = tactics,
            KillChainPhases = OrElse(tags.Texts("kill_chain_phases"), KillChain.Phases(tactics)),
            Nist = OrElse(tags.Texts("nist"), [type == DetectionType.Ttp ? "DE.CM" : "DE.AE"]),
            Cis20 = OrElse(tags.Texts("cis20"), [securityDomain == "network" ? "CIS 13" : "CIS 10"]),
            Cve = [.. tags.Texts("cve"), .. tags.Texts("CVE")],
        };
    }

    private static Technique Find(YamlScalar id, MappingReader tags)
    {
        var text = id.Text.Trim().ToUpperInvariant();
        if (TechniqueTable.Find(text) is { } technique)
        {
            return technique;
        }

        tags.Report(ContentErrors.UnknownTechnique(tags.File, id.Span, id.Text));
        return new Technique(text, text, []);
    }

    private static IReadOnlyList<string> OrElse(IReadOnlyList<string> stated, IReadOnlyList<string> derived) => stated.Count > 0 ? stated : derived;
}
