using Saker.Content;

namespace Saker.Notify;

/// <summary>Where a notice goes: the output, and what it is grouped and held by.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Group">Notices of the same group are told together; empty for none.</param>
/// <param name="GroupTime">How long a group gathers.</param>
/// <param name="Quiet">When to hold it; null for never.</param>
internal sealed record Destination(string Output, string Group, TimeSpan GroupTime, QuietHours? Quiet);

/// <summary>Decides by routes, in their order; the first that fits says how an output gets a notice.</summary>
internal sealed class Router(NotifySettings settings)
{
    private readonly IReadOnlyList<RouteSettings> routes = settings.Routes.Count > 0 ? settings.Routes : [new RouteSettings { Outputs = [.. settings.Outputs.Select(o => o.Name)] }];

    public IReadOnlyList<Destination> Find(Notice notice)
    {
        if (notice.OnlyTo.Length > 0)
        {
            return [new Destination(notice.OnlyTo, "", TimeSpan.Zero, null)];
        }

        var found = new List<Destination>();
        for (var i = 0; i < routes.Count; i++)
        {
            var route = routes[i];
            if (Fits(route, notice))
            {
                var group = route.GroupBy.Count == 0 ? "" : $"{i}\n{string.Join('\n', route.GroupBy.Select(by => Part(by, notice)))}";
                var quiet = route.Quiet is { } hours && notice.Score < hours.UnlessScore ? hours : null;
                found.AddRange(route.Outputs.Where(o => !found.Exists(f => f.Output == o)).Select(o => new Destination(o, group, route.GroupTime, quiet)));
            }
        }

        return found;
    }

    private static bool Fits(RouteSettings route, Notice n) =>
        route.Kinds.Contains(n.Kind) && n.Score >= (route.LeastScore ?? (n.Kind == NoticeKind.RiskEvent ? 40 : 0)) && n.Score <= route.MostScore
        && (route.Tactics.Count == 0 || n.Tactics.Any(t => route.Tactics.Contains(t, StringComparer.OrdinalIgnoreCase)))
        && Any(route.Namespaces, n.Namespace) && AnyOf(route.NamespaceLabels, n.NamespaceLabels) && Any(route.Clusters, n.Cluster) && (Any(route.Detections, n.Detection) || Any(route.Detections, n.DetectionId));

    private static bool Any(IReadOnlyList<string> patterns, string name) => patterns.Count == 0 || patterns.Any(p => Glob.Matches(p, name));

    private static bool AnyOf(IReadOnlyList<string> patterns, IReadOnlyList<string> labels) => patterns.Count == 0 || labels.Any(label => Any(patterns, label));

    private static string Part(string by, Notice n) => by switch
    {
        "entity" => $"{n.EntityType}\0{n.Entity}",
        "detection" => n.Detection,
        "cluster" => n.Cluster,
        "namespace" => n.Namespace,
        _ => n.KindName,
    };
}
