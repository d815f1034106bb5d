namespace Saker.Content.Reading;

/// <summary>The closed sets of the schema.</summary>
internal static class Values
{
    public static readonly IReadOnlyDictionary<string, DetectionType> DetectionTypes = new Dictionary<string, DetectionType>(StringComparer.OrdinalIgnoreCase)
    {
        ["TTP"] = DetectionType.Ttp,
        ["Anomaly"] = DetectionType.Anomaly,
        ["Hunting"] = DetectionType.Hunting,
        ["Correlation"] = DetectionType.Correlation,
    };

    public static readonly IReadOnlyDictionary<string, ContentStatus> Statuses = new Dictionary<string, ContentStatus>(StringComparer.OrdinalIgnoreCase)
    {
        ["production"] = ContentStatus.Production,
        ["experimental"] = ContentStatus.Experimental,
        ["deprecated"] = ContentStatus.Deprecated,
        ["removed"] = ContentStatus.Removed,
    };

    public static readonly IReadOnlyList<string> DeploymentTypes = ["TTP", "Anomaly", "Hunting", "Correlation", "Baseline", "Finding-based detection"];

    public static readonly IReadOnlyList<string> SecurityDomains = ["endpoint", "network", "threat", "identity", "access", "audit", "cloud"];

    public static readonly IReadOnlyList<string> RiskObjectTypes = ["system", "user", "other"];

    public static readonly IReadOnlyList<string> ThreatObjectTypes =
    [
        "certificate_common_name", "certificate_organization", "certificate_serial", "certificate_unit", "command", "domain", "email_address",
        "email_subject", "file_hash", "file_name", "file_path", "http_user_agent", "ip_address", "process", "process_name", "parent_process",
        "parent_process_name", "process_hash", "registry_path", "registry_value_name", "registry_value_text", "service", "signature", "system",
        "tls_hash", "url",
    ];

    /// <summary>The value of a key that has a closed set; the default where the key is absent.</summary>
    public static T OneOf<T>(this MappingReader reader, string key, IReadOnlyDictionary<string, T> known, bool required)
        where T : struct
    {
        var scalar = required ? reader.RequiredScalar(key) : reader.Scalar(key);
        if (scalar is null)
        {
            return default;
        }

        if (!known.TryGetValue(scalar.Text.Trim(), out var value))
        {
            reader.Report(ContentErrors.UnknownValue(reader.File, scalar.Span, reader.PathOf(key), scalar.Text, known.Keys));
        }

        return value;
    }

    public static string OneOf(this MappingReader reader, string key, IReadOnlyList<string> known)
    {
        var scalar = reader.RequiredScalar(key);
        if (scalar is null)
        {
            return "";
        }

        var value = known.FirstOrDefault(k => k.Equals(scalar.Text.Trim(), StringComparison.OrdinalIgnoreCase));
        if (value is null)
        {
            reader.Report(ContentErrors.UnknownValue(reader.File, scalar.Span, reader.PathOf(key), scalar.Text, known));
        }

        return value ?? "";
    }
}
