using System.Text;
using Saker.Detections;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;

namespace Saker.Cli.Connecting;

/// <summary>What a request must be for an API server to record it, and how much of it: a level of <see cref="AuditPolicy.Levels"/>. An empty list is open to any.</summary>
internal sealed record AuditRule(
    int Level, IReadOnlyList<string> Verbs, IReadOnlyList<(string Group, string Resource)> Resources, IReadOnlyList<string> Namespaces, IReadOnlyList<string> UserGroups)
{
    /// <summary>The detections that ask for it.</summary>
    public IReadOnlyList<string> For { get; init; } = [];

    public string Key => $"{Level}|{string.Join(',', Verbs)}|{string.Join(',', Resources)}|{string.Join(',', Namespaces)}|{string.Join(',', UserGroups)}";
}

/// <summary>
/// The audit policy that detections need: for each the verbs, resources, namespaces and groups that its search asks for, at the level that holds the fields it reads. What
/// cannot be told from the search is left open, so the policy may record too much, never too little.
/// </summary>
internal static class AuditPolicy
{
    public static readonly string[] Levels = ["None", "Metadata", "Request", "RequestResponse"];

    private static readonly string[] AuditFields = ["objectRef.", "requestObject.", "responseObject.", "responseStatus.", "user.", "impersonatedUser.", "annotations.", "sourceIPs{}", "requestURI", "auditID"];

    private static readonly (string Field, string Verbs, (string, string)[] Resources)[] Bodies =
    [
        ("requestObject.message", "create,patch,update", [("", "events"), ("events.k8s.io", "events")]),
        ("requestObject.involvedObject.", "create,patch,update", [("", "events")]),
        ("requestObject.spec.containers", "create,patch,update", [("", "pods")]),
        ("requestObject.spec.schedule", "create,patch,update", [("batch", "cronjobs")]),
        ("requestObject.roleRef.", "create,patch,update", [("rbac.authorization.k8s.io", "rolebindings"), ("rbac.authorization.k8s.io", "clusterrolebindings")]),
    ];

    private static readonly Dictionary<string, string> Groups = Table(
        ("", "pods services secrets configmaps serviceaccounts nodes namespaces events endpoints persistentvolumes persistentvolumeclaims replicationcontrollers bindings"),
        ("apps", "deployments daemonsets statefulsets replicasets controllerrevisions"),
        ("batch", "jobs cronjobs"),
        ("rbac.authorization.k8s.io", "roles rolebindings clusterroles clusterrolebindings"),
        ("networking.k8s.io", "networkpolicies ingresses ingressclasses"),
        ("authentication.k8s.io", "tokenreviews selfsubjectreviews"),
        ("authorization.k8s.io", "subjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews localsubjectaccessreviews"),
        ("certificates.k8s.io", "certificatesigningrequests"),
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations"),
        ("apiextensions.k8s.io", "customresourcedefinitions"));

    /// <summary>The rules, the most telling level first: an API server takes the first that matches.</summary>
    public static IReadOnlyList<AuditRule> Derive(IEnumerable<PreparedDetection> detections) =>
    [
        .. detections.SelectMany(each => each.Plan.Requests.Where(IsAudit).Select(request => Rule(request) with { For = [each.Detection.Name] }))
            .GroupBy(rule => rule.Key, StringComparer.Ordinal)
            .Select(same => same.First() with { For = [.. same.SelectMany(rule => rule.For).Distinct().Order(StringComparer.Ordinal)] })
            .OrderByDescending(rule => rule.Level).ThenBy(rule => rule.For[0], StringComparer.Ordinal),
    ];

    /// <summary>The policy as the API server reads it.</summary>
    public static string Write(IReadOnlyList<AuditRule> rules)
    {
        var text = new StringBuilder();
        text.AppendLine("apiVersion: audit.k8s.io/v1").AppendLine("kind: Policy");
        text.AppendLine("# Every request is recorded again when it is done, with its outcome.").AppendLine("omitStages: [RequestReceived]");
        text.AppendLine("rules:");
        if (rules.Any(rule => rule.Level > 1 && rule.Resources.Count == 0))
        {
            text.AppendLine("  # The bodies of these hold secrets and live tokens: who asked is enough.").AppendLine("  - level: Metadata").AppendLine("    resources:");
            text.AppendLine("      - {group: \"\", resources: [secrets, configmaps, serviceaccounts/token]}").AppendLine("      - {group: authentication.k8s.io, resources: [tokenreviews]}");
        }

        foreach (var rule in rules)
        {
            foreach (var detection in rule.For)
            {
                text.Append("  # ").AppendLine(YamlText.Comment(detection));
            }

            text.Append("  - level: ").AppendLine(Levels[rule.Level]);
            List(text, "verbs", rule.Verbs);
            List(text, "userGroups", rule.UserGroups);
            List(text, "namespaces", rule.Namespaces);
            if (rule.Resources.Count > 0)
            {
                text.AppendLine("    resources:");
                foreach (var group in rule.Resources.GroupBy(each => each.Group, each => each.Resource))
                {
                    text.AppendLine($"      - {{group: {YamlText.Quote(group.Key)}, resources: [{string.Join(", ", group.Select(YamlText.Quote))}]}}");
                }
            }
        }

        text.AppendLine("  # The rest is in nobody's search. Write Metadata here to be able to look into it afterwards.").AppendLine("  - level: None");
        return text.ToString();
    }

    private static bool IsAudit(SourceRequest request)
    {
        var fields = request.Predicate.FieldsRead().Concat(request.Fields.Names).ToList();
        return !request.IsMetrics && (fields.Any(field => AuditFields.Any(start => field.StartsWith(start, StringComparison.Ordinal))) || IsKubernetesSource(request.Predicate));
    }

    private static bool IsKubernetesSource(SearchExpression predicate) =>
        predicate.Conjuncts().Any(each => each is SearchComparison { Field: "source", Operator: ComparisonOperator.Equal, Value: "kubernetes" });

    private static AuditRule Rule(SourceRequest request)
    {
        var fields = request.Predicate.FieldsRead().Concat(request.Fields.Names).ToList();
        var level = fields.Any(field => field.StartsWith("responseObject", StringComparison.Ordinal)) ? 3
            : fields.Any(field => field.StartsWith("requestObject", StringComparison.Ordinal)) ? 2 : 1;
        var verbs = Values(request.Predicate, "verb");
        var groups = Values(request.Predicate, "user.groups{}");
        var namespaces = Values(request.Predicate, "objectRef.namespace");
        var resources = Resources(request.Predicate);
        var body = Bodies.FirstOrDefault(each => request.Predicate.Conjuncts().Any(part => part is SearchComparison { Operator: ComparisonOperator.Equal } asked && asked.Field.StartsWith(each.Field, StringComparison.Ordinal)));
        if (resources.Count == 0 && body.Field is not null)
        {
            (resources, verbs) = (body.Resources, verbs.Count > 0 ? verbs : body.Verbs.Split(','));
        }

        return new AuditRule(level, verbs, resources, namespaces, groups);
    }

    private static IReadOnlyList<(string Group, string Resource)> Resources(SearchExpression predicate)
    {
        var names = Values(predicate, "objectRef.resource");
        var below = Values(predicate, "objectRef.subresource");
        if (names.Count == 0 || !names.All(Groups.ContainsKey))
        {
            // The group of a resource that is not known here cannot be told, and without it a rule would match nothing.
            return [];
        }

        return [.. names.SelectMany(name => below.Count > 0 ? below.Select(sub => (Groups[name], $"{name}/{sub}")) : [(Groups[name], name), (Groups[name], name + "/*")])];
    }

    /// <summary>The only values that a field may have for the search to match; none if it may have others.</summary>
    private static IReadOnlyList<string> Values(SearchExpression predicate, string field)
    {
        foreach (var part in predicate.Conjuncts())
        {
            if (Only(part, field) is { } values && values.All(value => value.Length > 0 && !value.Contains('*')))
            {
                return [.. values.Distinct(StringComparer.Ordinal)];
            }
        }

        return [];
    }

    private static IReadOnlyList<string>? Only(SearchExpression part, string field) => part switch
    {
        SearchComparison { Operator: ComparisonOperator.Equal } equal when equal.Field == field => [equal.Value],
        SearchIn among when among.Field == field => among.Values,
        SearchOr any when any.Parts.Select(each => Only(each, field)).ToList() is var each && each.All(values => values is not null) => [.. each.SelectMany(values => values!)],
        _ => null,
    };

    private static void List(StringBuilder text, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            text.AppendLine($"    {name}: [{string.Join(", ", values.Select(YamlText.Quote))}]");
        }
    }

    private static Dictionary<string, string> Table(params (string Group, string Resources)[] groups) =>
        groups.SelectMany(each => each.Resources.Split(' ').Select(resource => (resource, each.Group))).ToDictionary(each => each.resource, each => each.Group, StringComparer.Ordinal);
}
