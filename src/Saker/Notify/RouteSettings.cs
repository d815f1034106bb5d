namespace Saker.Notify;

/// <summary>Which notices go to which outputs. All conditions must hold; an empty one holds always. A notice takes every route that it fits, and an output gets it once.</summary>
internal sealed record RouteSettings
{
    public IReadOnlyList<string> Outputs { get; init; } = [];

    public IReadOnlyList<NoticeKind> Kinds { get; init; } = [NoticeKind.Finding, NoticeKind.RiskEvent];

    /// <summary>A finding's score is the sum of its risk events'. Without it, risk events count from 40 on and findings always.</summary>
    public int? LeastScore { get; init; }

    public int MostScore { get; init; } = int.MaxValue;

    /// <summary>Any of them: <c>Privilege Escalation</c>, as ATT&amp;CK writes it, in any case.</summary>
    public IReadOnlyList<string> Tactics { get; init; } = [];

    /// <summary>With * and ?, as the following ones.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Labels of the namespace, as the lookup <c>namespace_lookup</c> tells them: <c>stage=prod*</c>.</summary>
    public IReadOnlyList<string> NamespaceLabels { get; init; } = [];

    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Names or ids.</summary>
    public IReadOnlyList<string> Detections { get; init; } = [];

    /// <summary>Of which notices are told together: entity, detection, cluster, namespace, kind; empty for each by itself.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>The first of a group is told at once, those that follow within this time together at its end.</summary>
    public TimeSpan GroupTime { get; init; } = TimeSpan.FromMinutes(5);

    public QuietHours? Quiet { get; init; }
}

/// <summary>All of it.</summary>
internal sealed record NotifySettings
{
    public static readonly IReadOnlyList<string> GroupWords = ["entity", "detection", "cluster", "namespace", "kind"];

    public IReadOnlyList<OutputSettings> Outputs { get; init; } = [];

    /// <summary>Without any, each output gets findings, and risk events from score 40.</summary>
    public IReadOnlyList<RouteSettings> Routes { get; init; } = [];
}
