using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>Where something happened; empty where that is not told, or told of several.</summary>
internal readonly record struct RiskPlace(string Cluster, string Namespace)
{
    /// <summary>The columns that name a namespace, the first that is there counts.</summary>
    public static readonly IReadOnlyList<string> NamespaceFields = ["namespace", "objectRef.namespace", "k8s.ns.name", "k8s.namespace.name", "output_fields.k8s.ns.name"];

    public static RiskPlace Of(RiskEvent e, Func<long, Event> read)
    {
        string Column(string name) => e.Fields.FirstOrDefault(f => f.Key == name).Value is [var only] ? only : "";
        var cluster = Column("cluster");
        if (cluster.Length == 0)
        {
            var clusters = e.Evidence.Named.ToArray().Select(o => read(o).Cluster).Distinct().Take(2).ToList();
            cluster = clusters is [var only] ? only : "";
        }

        return new RiskPlace(cluster, e.RiskObject.Type == "namespace" ? e.RiskObject.Value : NamespaceFields.Select(Column).FirstOrDefault(n => n.Length > 0) ?? "");
    }
}
