using Saker.Risk.Findings;

namespace Saker.Risk;

/// <summary>What the risk events of an entity add up to.</summary>
internal sealed class EntityTally(string type, string entity)
{
    private readonly SortedSet<string> detections = new(StringComparer.Ordinal);
    private readonly SortedSet<string> tactics = new(StringComparer.Ordinal);

    public string Type => type;

    public string Entity => entity;

    public long RiskScore { get; private set; }

    public int RiskEvents { get; private set; }

    public IReadOnlySet<string> Detections => detections;

    public IReadOnlySet<string> Tactics => tactics;

    public DateTimeOffset LastTime { get; private set; }

    /// <summary>What lookups said of it last.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Details { get; private set; } = new Dictionary<string, IReadOnlyList<string>>();

    public void Add(FindingSource risk)
    {
        RiskScore += risk.Evidence.Score;
        RiskEvents++;
        detections.Add(risk.Evidence.Detection);
        tactics.UnionWith(risk.Tactics);
        if (risk.Evidence.LastTime >= LastTime)
        {
            (LastTime, Details) = (risk.Evidence.LastTime, risk.Details);
        }
    }
}
