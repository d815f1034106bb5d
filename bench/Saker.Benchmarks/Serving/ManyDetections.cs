using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Content;

namespace Saker.Benchmarks.Serving;

/// <summary>The five shipped detections copied with changes: each copy has a name, an id and a predicate of its own (a namespace, a node) and runs every minute.</summary>
internal static partial class ManyDetections
{
    private static readonly (string Stem, string Text, string With)[] Changes =
    [
        ("kubernetes_pod_created_in_default_namespace", "objectRef.namespace IN (\"default\", \"kube-system\", \"kube-public\")", "objectRef.namespace=tenant-{0}"),
        ("kubernetes_access_scanning", "\"responseStatus.code\"=403", "\"responseStatus.code\"=403 objectRef.namespace=tenant-{0}"),
        ("kubernetes_suspicious_image_pulling", "requestObject.message=\"Pulling image*\"", "requestObject.message=\"Pulling image*\" objectRef.namespace=tenant-{0}"),
        ("kubernetes_falco_shell_spawned", "\"A shell was spawned in a container\"", "\"A shell was spawned in a container\" k8s_ns=tenant-{0}"),
        ("kubernetes_shell_running_on_worker_node", "AND process.executable.name IN", "AND k8s.node.name=node-{0} AND process.executable.name IN"),
    ];

    /// <summary>Writes so many into a directory, as <c>content</c> of a server takes it.</summary>
    public static void Write(string directory, int count)
    {
        Directory.CreateDirectory(Path.Combine(directory, "detections"));
        for (var i = 0; i < count; i++)
        {
            var (stem, text, with) = Changes[i % Changes.Length];
            var yaml = File.ReadAllText(Directory.EnumerateFiles(ContentLibrary.ShippedRoot, stem + ".yml", SearchOption.AllDirectories).First());
            var number = i.ToString("000", CultureInfo.InvariantCulture);
            if (!yaml.Contains(text, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{stem} does not say {text} any more");
            }

            yaml = yaml[..(yaml.IndexOf("\ntests:", StringComparison.Ordinal) + 1)];
            yaml = NameLine().Replace(yaml, m => $"{m.Value} {number}", 1);
            yaml = IdLine().Replace(yaml, $"id: 00000000-0000-4000-9000-000000000{number}", 1);
            yaml = yaml.Replace(text, string.Format(CultureInfo.InvariantCulture, with, number), StringComparison.Ordinal);
            yaml = Cron().Replace(yaml, "cron_schedule: '* * * * *'");
            yaml = Earliest().Replace(yaml, "earliest_time: -6m@m");
            yaml = Latest().Replace(yaml, "latest_time: '@m'");
            File.WriteAllText(Path.Combine(directory, "detections", $"{stem}_{number}.yml"), yaml);
        }
    }

    [GeneratedRegex(@"(?m)^name: .*$")]
    private static partial Regex NameLine();

    [GeneratedRegex(@"(?m)^id: .*$")]
    private static partial Regex IdLine();

    [GeneratedRegex(@"cron_schedule: .*")]
    private static partial Regex Cron();

    [GeneratedRegex(@"earliest_time: .*")]
    private static partial Regex Earliest();

    [GeneratedRegex(@"latest_time: .*")]
    private static partial Regex Latest();
}
