using System.Globalization;
using System.Text;
using Saker.Generate;

namespace Saker.Benchmarks.Comparison;

/// <summary>
/// Detections to go with those that ship, always the same: what researchers write, in their proportions. Two to four predicates each, equality most
/// often, lists, wildcards and numbers; every fourth looks for a phrase in the raw event. 495 of them have over 300 predicates on 22 fields and 120 phrases.
/// </summary>
internal static class GeneratedContent
{
    private static readonly string[] Verbs = ["create", "delete", "patch", "update", "deletecollection", "impersonate", "escalate", "bind", "get", "list"];

    private static readonly string[] Resources =
    [
        "secrets", "pods", "clusterrolebindings", "rolebindings", "roles", "clusterroles", "serviceaccounts", "daemonsets", "cronjobs", "jobs", "configmaps",
        "mutatingwebhookconfigurations", "validatingwebhookconfigurations", "certificatesigningrequests", "nodes", "networkpolicies", "persistentvolumes", "ingresses",
    ];

    private static readonly string[] Words = ["xmrig", "kinsing", "tsunami", "ngrok", "chisel", "sliver", "mimipenguin", "peirates", "kubehunter", "masscan", "gsocket", "rathole"];

    /// <summary>A field and how a value for it is made; the number makes values differ.</summary>
    private static readonly (string Field, Func<Dice, int, string> Value)[] Fields =
    [
        ("objectRef.namespace", (_, n) => $"tenant-{n % 60}"),
        ("objectRef.name", (dice, n) => $"{dice.Pick(Words)}-{n % 50}*"),
        ("objectRef.subresource", (dice, _) => dice.Pick(["exec", "attach", "portforward", "proxy", "ephemeralcontainers", "approval"])),
        ("objectRef.apiGroup", (dice, _) => dice.Pick(["rbac.authorization.k8s.io", "admissionregistration.k8s.io", "certificates.k8s.io", "policy"])),
        ("user.username", (_, n) => $"contractor-{n % 40}@example.net"),
        ("user.uid", (_, n) => $"uid-{n % 30}"),
        ("user.groups{}", (_, n) => $"breakglass-{n % 30}"),
        ("impersonatedUser.username", (_, n) => $"system:serviceaccount:kube-system:robot-{n % 25}"),
        ("userAgent", (dice, n) => $"*{dice.Pick(Words)}/{n % 9}*"),
        ("sourceIPs{}", (_, n) => $"192.0.2.{n % 200}"),
        ("requestURI", (dice, n) => $"/api/v1/namespaces/tenant-{n % 60}/{dice.Pick(Resources)}*"),
        ("responseStatus.code", (dice, _) => dice.Pick(["409", "422", "500", "503", "418"])),
        ("responseStatus.reason", (dice, _) => dice.Pick(["Conflict", "Invalid", "AlreadyExists", "Expired", "TooManyRequests"])),
        ("stage", (_, _) => "Panic"),
        ("level", (_, _) => "Request"),
        ("annotations.authorization.k8s.io/decision", (_, _) => "forbid"),
        ("requestObject.kind", (dice, _) => dice.Pick(["PodDisruptionBudget", "ClusterRoleBinding", "CertificateSigningRequest", "PriorityClass"])),
        ("requestObject.spec.hostNetwork", (_, _) => "true"),
        ("requestObject.spec.containers{}.image", (dice, n) => $"*{dice.Pick(Words)}:{n % 12}*"),
        ("requestObject.roleRef.name", (_, n) => $"cluster-admin-{n % 20}"),
    ];

    /// <summary>Writes so many detections into a directory, as <c>--content</c> takes it.</summary>
    public static void Write(string directory, int count)
    {
        var detections = Path.Combine(directory, "detections");
        Directory.CreateDirectory(detections);
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(Path.Combine(detections, $"generated_{i:000}.yml"), Detection(i));
        }
    }

    /// <summary>The head of the detection's search, without its macros: what is asked of every event.</summary>
    public static string Head(int number)
    {
        var dice = new Dice(0x5A4B_E200UL + (ulong)number);
        var head = new StringBuilder();
        var phrase = number % 4 == 0 ? $"\"{dice.Pick(Words)} {dice.Pick(["downloaded", "listening", "beacon", "tunnel"])} {number}\" " : "";
        head.Append(phrase).Append(CultureInfo.InvariantCulture, $"verb={dice.Pick(Verbs)} objectRef.resource={dice.Pick(Resources)}");

        // One field at least that hardly any event has so, as a detection that fires all day is not kept.
        var first = (number * 7) % Fields.Length;
        for (var i = 0; i < 1 + dice.Below(2); i++)
        {
            var (field, value) = Fields[(first + (i * 3)) % Fields.Length];
            var text = value(dice, number + i);
            head.Append(' ').Append(dice.Below(5) == 0
                ? $"{Quoted(field)} IN (\"{text}\", \"{value(dice, number + 17)}\")"
                : $"{Quoted(field)}=\"{text}\"");
        }

        return head.Append(dice.Below(6) == 0 ? " NOT user.username=\"system:node:*\"" : "").ToString();
    }

    private static string Quoted(string field) => field.Contains('{') || field.Contains('/') ? $"\"{field}\"" : field;

    private static string Detection(int number) => $"""
        name: Generated {number:000}
        id: 00000000-0000-4000-8000-{number:000000000000}
        version: 1
        date: '2026-03-14'
        author: Saker
        status: production
        enabled_by_default: true
        type: Anomaly
        description: Made for the benchmark.
        data_source:
        - Kubernetes Audit
        search: |-
          `kube_audit` {Head(number)}
          | stats count min(_time) as firstTime max(_time) as lastTime values(verb) as verb by user.username objectRef.resource
          | rename user.username as user
          | `generated_{number:000}_filter`
        how_to_implement: Made for the benchmark.
        known_false_positives: None.
        references: []
        rba:
          message: Generated {number:000} by $user$
          risk_objects:
          - field: user
            type: user
            score: 20
          threat_objects: []
        tags:
          analytic_story:
          - Kubernetes Security
          asset_type: Kubernetes
          mitre_attack_id:
          - T1204
          product:
          - Splunk Enterprise
          security_domain: network

        """;
}
