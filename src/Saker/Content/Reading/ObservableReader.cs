namespace Saker.Content.Reading;

/// <summary>
/// Reads the risk of generation A: <c>risk_score</c>, and observables whose role makes them risk objects (Victim) or threat objects
/// (Attacker). Types map as Splunk's build maps them.
/// </summary>
internal static class ObservableReader
{
    public static RiskSpec? Read(MappingReader tags)
    {
        var score = RiskReader.Score(tags, "risk_score");
        CheckScore(tags, score);
        var message = tags.RequiredText("message");
        var risks = new List<RiskObjectSpec>();
        var threats = new List<ThreatObjectSpec>();
        foreach (var observable in tags.Mappings("observable"))
        {
            var name = observable.RequiredText("name");
            var type = observable.RequiredText("type").ToLowerInvariant();
            var roles = observable.Texts("role");
            observable.ReportUnknownKeys();
            if (roles.Contains("Attacker", StringComparer.OrdinalIgnoreCase) && !roles.Contains("Victim", StringComparer.OrdinalIgnoreCase))
            {
                threats.Add(new ThreatObjectSpec(name, ThreatType(type)));
            }
            else
            {
                risks.Add(new RiskObjectSpec(name, RiskType(type), score, message));
            }
        }

        return risks.Count + threats.Count == 0 ? null : new RiskSpec(message, risks, threats);
    }

    private static void CheckScore(MappingReader tags, int score)
    {
        if (tags.Integer("confidence") is { } confidence && tags.Integer("impact") is { } impact && score > 0 && Math.Abs(score - (confidence * impact / 100m)) > 1)
        {
            tags.Report(ContentErrors.ScoreMismatch(tags.File, tags.ValueSpan("risk_score"), score, confidence, impact));
        }
    }

    private static string RiskType(string type) => type switch
    {
        "user" or "username" or "user name" or "email address" => "user",
        "device" or "endpoint" or "hostname" or "ip address" => "system",
        _ => "other",
    };

    private static string ThreatType(string type) => type switch
    {
        "process name" or "process" => "process",
        "file name" or "file" => "file_name",
        "url string" or "url" => "url",
        "hostname" or "endpoint" or "device" => "system",
        _ => type.Replace(' ', '_'),
    };
}
