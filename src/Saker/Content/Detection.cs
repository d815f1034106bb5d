using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>What a detection's rows become: a TTP or Correlation makes findings, an Anomaly risk events, a Hunting search neither.</summary>
public enum DetectionType
{
    Ttp,
    Anomaly,
    Hunting,
    Correlation,
}

public enum ContentStatus
{
    Production,
    Experimental,
    Deprecated,
    Removed,
}

/// <summary>Which form of Splunk's schema a file is written in: A until 2024, B with <c>rba</c>, C with <c>intermediate_findings</c> and <c>finding</c>.</summary>
public enum SchemaGeneration
{
    A,
    B,
    C,
}

/// <summary>A detection, whichever generation of the schema its file has.</summary>
public sealed record Detection
{
    public required string Name { get; init; }

    /// <summary>A UUID in lower case.</summary>
    public required string Id { get; init; }

    public required DetectionType Type { get; init; }

    /// <summary>The search; its origin maps offsets to the YAML file.</summary>
    public required SourceText Search { get; init; }

    public required SourceText File { get; init; }

    public required SchemaGeneration Generation { get; init; }

    public required Schedule Schedule { get; init; }

    /// <summary>The file's name without extension: <c>kubernetes_access_scanning</c>.</summary>
    public required string Stem { get; init; }

    public int Version { get; init; } = 1;

    public string Author { get; init; } = "";

    public DateOnly? Date { get; init; }

    public ContentStatus Status { get; init; }

    public string Description { get; init; } = "";

    public string HowToImplement { get; init; } = "";

    public string KnownFalsePositives { get; init; } = "";

    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<string> DataSources { get; init; } = [];

    /// <summary>What the rows score; null where the rows carry no risk (Hunting, most Correlations).</summary>
    public RiskSpec? Risk { get; init; }

    public Annotations Annotations { get; init; } = Annotations.None;

    /// <summary>endpoint, network, threat, identity, access, audit, cloud.</summary>
    public string SecurityDomain { get; init; } = "";

    public string AssetType { get; init; } = "";

    public Throttling? Throttling { get; init; }

    public IReadOnlyList<Drilldown> Drilldowns { get; init; } = [];

    public IReadOnlyList<DetectionTest> Tests { get; init; } = [];

    /// <summary>Why the tests cannot run by themselves, where the author says so.</summary>
    public string ManualTest { get; init; } = "";

    /// <summary>Whether a server runs it without being told to: <c>enabled_by_default</c>, which imported content leaves out.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether the file itself says when it runs; else its type's deployment does.</summary>
    internal bool HasOwnSchedule { get; init; }

    /// <summary>The macro with which users filter its rows.</summary>
    public string FilterMacro => $"{Stem}_filter";

    public string FilePath => File.Name;

    /// <summary>Whether a user means this detection by a name, an id, a file stem or a glob of those.</summary>
    public bool IsNamed(string pattern) => Glob.Matches(pattern, Name) || Glob.Matches(pattern, Stem) || Glob.Matches(pattern, Id);

    /// <summary>Whether it carries a technique (<c>attack.T1526</c> or <c>T1526</c>; a technique has its sub-techniques), a tactic or an analytic story.</summary>
    public bool HasTag(string tag)
    {
        var id = tag.StartsWith("attack.", StringComparison.OrdinalIgnoreCase) ? tag["attack.".Length..] : tag;
        return Annotations.MitreAttackIds.Any(t => t.Equals(id, StringComparison.OrdinalIgnoreCase) || t.StartsWith(id + ".", StringComparison.OrdinalIgnoreCase))
            || Annotations.Tactics.Any(t => t.Replace(' ', '-').Equals(id.Replace(' ', '-'), StringComparison.OrdinalIgnoreCase))
            || Annotations.AnalyticStories.Any(s => Glob.Matches(tag, s));
    }
}
