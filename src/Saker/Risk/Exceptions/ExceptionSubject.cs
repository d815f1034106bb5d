using System.Text.Json;
using Saker.Spl.Execution;

namespace Saker.Risk.Exceptions;

/// <summary>A risk event as exceptions see it: as it is made, or as it was kept.</summary>
internal sealed class ExceptionSubject
{
    private readonly Func<string, IReadOnlyList<string>> valuesOf;
    private readonly Lazy<(IReadOnlyCollection<string> Clusters, IReadOnlySet<string> Claimed)> evidence;

    private ExceptionSubject(string id, string name, string stem, long time, Func<string, IReadOnlyList<string>> valuesOf, Func<(IReadOnlyCollection<string>, IReadOnlySet<string>)> evidence)
    {
        (DetectionId, DetectionName, DetectionStem, TimeNanoseconds, this.valuesOf) = (id, name, stem, time, valuesOf);
        this.evidence = new(evidence);
    }

    public string DetectionId { get; }

    public string DetectionName { get; }

    public string DetectionStem { get; }

    /// <summary>Of the last event behind it.</summary>
    public long TimeNanoseconds { get; }

    /// <summary>All clusters that the events behind it are of; an empty name where that is not known of one.</summary>
    public IReadOnlyCollection<string> Clusters => evidence.Value.Clusters;

    /// <summary>Addresses that a client may have made up: what it claims excuses nobody.</summary>
    public IReadOnlySet<string> Claimed => evidence.Value.Claimed;

    public IReadOnlyList<string> ValuesOf(string field) => valuesOf(field);

    public static ExceptionSubject Of(RiskEvent e, Func<long, Event> read)
    {
        IReadOnlyList<string> ValuesOf(string field) => field switch
        {
            "risk_object" => [e.RiskObject.Value],
            "risk_object_type" => [e.RiskObject.Type],
            "threat_object" => [.. e.ThreatObjects.Select(t => t.Value)],
            _ => e.Fields.FirstOrDefault(f => f.Key == field).Value ?? [],
        };
        return new ExceptionSubject(e.Detection.Id, e.Detection.Name, e.Detection.Stem, e.LastNanoseconds, ValuesOf, () =>
        {
            var (requests, clusters) = (new RequestIdentity(), new HashSet<string>(StringComparer.Ordinal));
            var (claimed, peers) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
            foreach (var behind in e.Evidence.Named.ToArray().Select(read))
            {
                clusters.Add(behind.Cluster);
                if (requests.Read(behind) is { Addresses: { Length: > 0 } addresses })
                {
                    claimed.UnionWith(addresses[..^1]);
                    peers.Add(addresses[^1]);
                }
            }

            claimed.ExceptWith(peers);
            return (ClustersOf(ValuesOf("cluster"), clusters, e.Evidence.Total == e.Evidence.Named.Length), claimed);
        });
    }

    /// <summary>By the document that is kept (docs/reference/scan-json.md).</summary>
    /// <param name="root">Valid as long as the subject is asked.</param>
    /// <param name="stemOf">A detection's file stem, by its id.</param>
    public static ExceptionSubject Of(JsonElement root, Func<string, string> stemOf)
    {
        IReadOnlyList<string> ValuesOf(string field) => field switch
        {
            "risk_object" or "risk_object_type" => [root.GetProperty(field).GetString()!],
            "threat_object" => [.. root.GetProperty("threat_objects").EnumerateArray().Select(t => t.GetProperty("threat_object").GetString()!)],
            _ => root.GetProperty("row").TryGetProperty(field, out var value) ? value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.ToString())] : [value.ToString()] : [],
        };
        var id = root.GetProperty("detection_id").GetString()!;
        return new ExceptionSubject(id, root.GetProperty("search_name").GetString()!, stemOf(id), TimeRange.Nanoseconds(root.GetProperty("last_time").GetDateTimeOffset()), ValuesOf, () =>
        {
            var clusters = new HashSet<string>(StringComparer.Ordinal);
            var (claimed, peers, count) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), 0);
            foreach (var behind in root.TryGetProperty("evidence", out var events) ? events.EnumerateArray() : default)
            {
                count++;
                clusters.Add(behind.TryGetProperty("cluster", out var cluster) ? cluster.GetString()! : "");
                foreach (var address in behind.TryGetProperty("source_ips", out var addresses) ? addresses.EnumerateArray() : default)
                {
                    (address.GetProperty("origin").GetString() == "peer" ? peers : claimed).Add(address.GetProperty("address").GetString()!);
                }
            }

            claimed.ExceptWith(peers);
            return (ClustersOf(ValuesOf("cluster"), clusters, root.GetProperty("evidence_total").GetInt64() == count), claimed);
        });
    }

    private static IReadOnlyCollection<string> ClustersOf(IReadOnlyList<string> ofRow, HashSet<string> ofEvents, bool isComplete) => ofRow.Count > 0 ? ofRow : isComplete && ofEvents.Count > 0 ? ofEvents : [""];
}
