namespace Saker.Benchmarks.Comparison;

/// <summary>The detections over audit logs that other engines are given too, and the columns by which their rows are compared.</summary>
internal static class Questions
{
    public const string PodCreated = "kubernetes_pod_created_in_default_namespace";
    public const string ImagePulled = "kubernetes_suspicious_image_pulling";
    public const string AccessScanning = "kubernetes_access_scanning";
    public const string Everything = "count by user.username verb";
    public const string Lines = "lines with the literal";

    /// <summary>What grep and ripgrep look for.</summary>
    public const string Literal = "Pulling image";

    private static readonly string[] RequestColumns =
    [
        "objectRef.name", "objectRef.namespace", "objectRef.resource", "requestReceivedTimestamp", "requestURI", "responseStatus.code", "src_ip", "stage", "user.groups{}",
        "user.uid", "user", "userAgent", "verb", "count",
    ];

    public static IReadOnlyList<string> Three { get; } = [PodCreated, ImagePulled, AccessScanning];

    /// <summary>The columns that name a row: those after <c>by</c>, and the count.</summary>
    public static IReadOnlyList<string> Columns(string question) => question switch
    {
        AccessScanning => ["src_ip", "count"],
        Everything => ["user.username", "verb", "count"],
        _ => RequestColumns,
    };

    /// <summary>The search of a detection that ships, as it is published.</summary>
    public static string Search(string root, string question) =>
        ContentLibraryOf(root).Detections.First(d => d.Stem == question).Search.Content;

    /// <summary>What the JSON of <c>saker scan</c> calls a detection is its name: <c>Kubernetes Access Scanning</c>.</summary>
    public static string OfName(string name) => name.ToLowerInvariant().Replace(' ', '_');

    private static Content.ContentLibrary ContentLibraryOf(string root) => Content.ContentLibrary.Load([Path.Combine(root, "content")]);
}
