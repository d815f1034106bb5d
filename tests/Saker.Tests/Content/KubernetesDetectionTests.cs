using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Saker.Detections;
using Saker.Spl.Execution;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

/// <summary>
/// Splunk's Kubernetes detections on audit logs, Falco, cluster events, cloud wrappings and Tetragon, each on records of ours that it must tell and
/// on records that are nearly so.
/// </summary>
public sealed class KubernetesDetectionTests
{
    private const string Anonymous = """{"verb":"list","user":{"username":"system:anonymous","groups":["system:unauthenticated"]},"requestURI":"/api/v1/pods","objectRef":{"resource":"pods"},"responseStatus":{"code":403,"status":"Failure","reason":"Forbidden","message":"no"}}""";
    private const string Secret = """{"verb":"get","requestURI":"/api/v1/namespaces/shop/secrets/db","objectRef":{"resource":"secrets","namespace":"shop","name":"db"},"responseStatus":{"code":200}}""";

    /// <summary>Their searches exclude what they look for (<c>field!=*</c> holds for no value): they tell nothing, in Splunk neither.</summary>
    private static readonly string[] Blind = ["kubernetes_gcp_detect_service_accounts_forbidden_failure_access"];

    private static readonly ScanSettings Settings = new()
    {
        Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero),
        FindPlace = address => address.Equals(IPAddress.Parse("198.51.100.7")) ? new IpPlace { Country = "United States", City = "Boise" } : new IpPlace { Country = "Chile", City = "Arica" },
    };

    private static int made;

    public static TheoryData<string> Stems() => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(Stems))]
    public async Task It_tells_the_attack_and_not_what_is_nearly_one(string stem)
    {
        var (positive, negative) = Cases()[stem];
        foreach (var (library, detection) in DetectionTrial.Published(stem))
        {
            var told = await DetectionTrial.RunAsync(library, detection.Search, positive, Settings);
            Assert.Equal(!Blind.Contains(stem), told.Count > 0);
            var rows = await DetectionTrial.RunAsync(library, detection.Search, negative, Settings);
            Assert.True(rows.Count == 0, string.Join('\n', rows));
        }
    }

    [Fact]
    public void None_is_left_out()
    {
        var tried = Cases().Keys.Concat(KubernetesMetricDetectionTests.Stems().Select(s => s.Data)).ToHashSet();
        foreach (var library in DetectionTrial.Clones())
        {
            Assert.Equal([], library.Detections.Where(d => d.Search.Content.Contains("kube", StringComparison.Ordinal) || d.Stem.Contains("kubernetes", StringComparison.Ordinal)).Select(d => d.Stem).Except(tried));
        }
    }

    /// <summary>The same event under its own name and as it was wrapped: each search finds it once, read twice or not, and it is one item.</summary>
    [Fact]
    public async Task A_view_is_for_the_search_that_names_it()
    {
        var library = Saker.Content.ContentLibrary.Load([]);
        var eks = Eks(Audit("{}"));
        var search = new SourceText("search", "user.username=* | eval of=\"all\" | append [search sourcetype=\"aws:cloudwatchlogs:eks\" | eval of=source] | stats count by of");

        Assert.Equal(["of=/aws/eks/prod/cluster count=1", "of=all count=1"], await DetectionTrial.RunAsync(library, search, [eks, eks], Settings));
    }

    private static Dictionary<string, (string[] Positive, string[] Negative)> Cases()
    {
        var anonymous = Repeated(Anonymous, 6);
        return new()
        {
            ["kubernetes_abuse_of_secret_by_unusual_location"] = ([Audit(Secret)], [Audit(Secret, """{"sourceIPs":["198.51.100.7"]}""")]),
            ["kubernetes_abuse_of_secret_by_unusual_user_agent"] = ([Audit(Secret)], [Audit(Secret, """{"userAgent":"Helm/3.13.2"}""")]),
            ["kubernetes_abuse_of_secret_by_unusual_user_group"] = ([Audit(Secret)], [Audit(Secret, """{"user":{"username":"eve","groups":["admin"]}}""")]),
            ["kubernetes_abuse_of_secret_by_unusual_user_name"] = ([Audit(Secret)], [Audit(Secret, """{"user":{"username":"admin","groups":["ops"]}}""")]),
            ["kubernetes_access_scanning"] = (anonymous, Repeated(Anonymous, 5)),
            ["kubernetes_scanning_by_unauthenticated_ip_address"] = (anonymous, Repeated(Anonymous, 5)),
            ["kubernetes_aws_detect_suspicious_kubectl_calls"] = ([Audit(Anonymous)], [Audit(Anonymous, """{"user":{"username":"eve","groups":["system:authenticated"]}}""")]),
            ["kubernetes_create_or_update_privileged_pod"] = ([Pod("""{"privileged":true}""")], [Pod("""{"privileged":false}""")]),
            ["kubernetes_pod_with_host_network_attachment"] = ([Pod("""{"hostNetwork":true}""")], [Pod("""{"hostNetwork":false}""")]),
            ["kubernetes_cron_job_creation"] = (
                [Audit("""{"objectRef":{"resource":"cronjobs","namespace":"shop","name":"nightly"},"requestObject":{"kind":"CronJob","spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"a"}]}}}}}}}""")],
                [Audit("""{"objectRef":{"resource":"jobs","namespace":"shop","name":"nightly-1"}}""")]),
            ["kubernetes_daemonset_deployed"] = ([Audit("""{"objectRef":{"resource":"daemonsets","namespace":"shop","name":"x"}}""")], [Audit("""{"verb":"patch","objectRef":{"resource":"daemonsets","namespace":"shop","name":"x"}}""")]),
            ["kubernetes_node_port_creation"] = (
                [Audit("""{"objectRef":{"resource":"services","namespace":"shop","name":"x"},"requestObject":{"kind":"Service","spec":{"type":"NodePort"}}}""")],
                [Audit("""{"objectRef":{"resource":"services","namespace":"shop","name":"x"},"requestObject":{"kind":"Service","spec":{"type":"ClusterIP"}}}""")]),
            ["kubernetes_pod_created_in_default_namespace"] = ([Audit("""{"objectRef":{"resource":"pods","namespace":"kube-public","name":"x"}}""")], [Audit("{}")]),
            ["kubernetes_suspicious_image_pulling"] = ([Pulling("web.17a")], [Pulling("falco-x.17a")]),
            ["kubernetes_unauthorized_access"] = ([Audit(Forbidden("Forbidden"))], [Audit(Forbidden("AlreadyExists"))]),
            ["kubernetes_falco_shell_spawned"] = ([Falco("A shell was spawned in a container with an attached terminal")], [Falco("Sensitive file opened for reading by non-trusted program")]),
            ["kubernetes_scanner_image_pulling"] = ([ClusterEvent("aquasec/kube-hunter:0.6")], [ClusterEvent("aquasec/trivy:0.6")]),
            ["amazon_eks_kubernetes_cluster_scan_detection"] = ([Eks(Audit(Anonymous))], [Eks(Audit(Anonymous, """{"userAgent":"AWS Security Scanner"}""")), Audit(Anonymous)]),
            ["amazon_eks_kubernetes_pod_scan_detection"] = ([Sent("aws:cloudwatchlogs:eks", Audit(Anonymous))], [Eks(Audit(Anonymous, """{"objectRef":{"resource":"services"},"requestURI":"/api/v1/services"}"""))]),
            ["gcp_kubernetes_cluster_pod_scan_detection"] = ([Sent("google:gcp:pubsub:message", Aks(Audit(Anonymous, """{"responseStatus":{"code":401,"reason":"Unauthorized"}}""")))], [Aks(Audit(Anonymous))]),
            ["aws_eks_kubernetes_cluster_sensitive_object_access"] = ([Eks(Audit(Secret))], [Eks(Audit(Secret, """{"sourceIPs":["127.0.0.1"]}""")), Audit(Secret)]),
            ["kubernetes_aws_detect_most_active_service_accounts_by_pod"] = ([Eks(Audit(Account))], [Eks(Audit("{}"))]),
            ["kubernetes_aws_detect_rbac_authorization_by_account"] = ([Eks(Audit(Account))], [Eks(Audit("{}"))]),
            ["kubernetes_aws_detect_sensitive_role_access"] = ([Eks(Audit(Role))], [Eks(Audit("{}")), Audit(Role)]),
            ["kubernetes_aws_detect_service_accounts_forbidden_failure_access"] = ([Eks(Audit(Account))], [Eks(Audit(Account, """{"responseStatus":{"code":200,"status":"Success"}}"""))]),
            ["kubernetes_azure_active_service_accounts_by_pod_namespace"] = ([Aks(Audit(Account))], [Aks(Audit("""{"annotations":{"authorization.k8s.io/decision":"forbid"}}"""))]),
            ["kubernetes_azure_detect_rbac_authorization_by_account"] = ([Aks(Audit(Account))], [Aks(Audit("{}"))]),
            ["kubernetes_azure_detect_sensitive_object_access"] = ([Aks(Audit(Secret, """{"annotations":{"authorization.k8s.io/decision":"allow"}}"""))], [Aks(Audit(Secret, """{"annotations":{"authorization.k8s.io/decision":"forbid"}}"""))]),
            ["kubernetes_azure_detect_sensitive_role_access"] = ([Aks(Audit(Role))], [Aks(Audit("{}"))]),
            ["kubernetes_azure_detect_service_accounts_forbidden_failure_access"] = ([Aks(Audit(Account))], [Aks(Audit(Account, """{"responseStatus":{"code":200,"status":"Success"}}"""))]),
            ["kubernetes_azure_detect_suspicious_kubectl_calls"] = ([Aks(Audit("{}"))], [Aks(Audit("""{"sourceIPs":["127.0.0.1"]}"""))]),
            ["kubernetes_azure_pod_scan_fingerprint"] = ([Aks(Audit(Anonymous, """{"responseStatus":{"code":401,"reason":"Unauthorized"}}"""))], [Aks(Audit(Anonymous))]),
            ["kubernetes_azure_scan_fingerprint"] = ([Aks(Audit(Anonymous, """{"responseStatus":{"code":401,"reason":"Unauthorized"}}"""))], [Aks(Audit(Anonymous))]),
            ["gcp_kubernetes_cluster_scan_detection"] = ([Gke("system:anonymous", decision: "forbid")], [Gke("eve@example.com", decision: "forbid")]),
            ["kubernetes_gcp_detect_most_active_service_accounts_by_pod"] = ([Gke("eve@example.com")], [Gke("eve@example.com", group: "system:authenticated")]),
            ["kubernetes_gcp_detect_rbac_authorizations_by_account"] = ([Gke("eve@example.com")], [Gke("eve@example.com", reason: "")]),
            ["kubernetes_gcp_detect_sensitive_object_access"] = ([Gke("eve@example.com", resource: "configmaps")], [Gke("eve@example.com")]),
            ["kubernetes_gcp_detect_sensitive_role_access"] = ([Gke("eve@example.com", name: "apis/rbac.authorization.k8s.io/v1")], [Gke("eve@example.com")]),
            ["kubernetes_gcp_detect_service_accounts_forbidden_failure_access"] = ([Gke("eve@example.com")], [Gke("eve@example.com", group: "system:authenticated")]),
            ["kubernetes_gcp_detect_suspicious_kubectl_calls"] = ([Gke("system:anonymous")], [Gke("eve@example.com")]),
            ["cisco_isovalent___shell_execution"] = ([Exec("/bin/bash", "-i")], [Exec("/bin/bashful", "-i")]),
            ["cisco_isovalent___cron_job_creation"] = ([Exec("/usr/bin/crontab", "-e")], [Exec("/usr/bin/crontab", "-e", pod: null)]),
            ["cisco_isovalent___curl_execution_with_insecure_flags"] = ([Exec("/usr/bin/curl", "-sk https://203.0.113.9/x")], [Exec("/usr/bin/curl", "-s https://203.0.113.9/x")]),
            ["cisco_isovalent___nsenter_usage_in_kubernetes_pod"] = ([Exec("/usr/bin/nsenter", "-t 1 -m -u -i -n sh")], [Exec("/usr/bin/unshare", "-m")]),
            ["cisco_isovalent___pods_running_offensive_tools"] = ([Exec("/usr/bin/nmap", "-sS 10.0.0.0/8")], [Exec("/usr/bin/nmapper", "x")]),
            ["cisco_isovalent___non_allowlisted_image_use"] = ([Exec("/app/web", "")], [Exec("/app/web", "", image: "docker.io/library/ubuntu:22.04")]),
            ["cisco_isovalent___late_process_execution"] = ([Exec("/bin/sh", "-c id")], [Exec("/bin/sh", "-c id", started: "2026-03-14T11:54:30.123456789Z")]),
            ["cisco_isovalent___potential_escape_to_host"] = ([Exec("/usr/bin/nsenter", "-t 1"), Exec("/bin/mount", "/dev/sda1 /mnt")], [Exec("/bin/mount", "/dev/sda1 /mnt"), Exec("/bin/mount", "/dev/sda2 /mnt")]),
            ["cisco_isovalent___access_to_cloud_metadata_service"] = ([Connect("/bin/bash")], [Connect("/app/aws-vpc-cni")]),
            ["cisco_isovalent___kprobe_spike"] = ([.. Enumerable.Range(0, 11).Select(_ => Kprobe())], [.. Enumerable.Range(0, 10).Select(_ => Kprobe())]),
        };
    }

    private const string Account = """
        {"user":{"username":"system:serviceaccount:shop:web","groups":["system:serviceaccounts"]},"annotations":{"authorization.k8s.io/decision":"forbid","authorization.k8s.io/reason":"RBAC: no"},
        "responseStatus":{"code":403,"status":"Failure","reason":"Forbidden"}}
        """;

    private const string Role = """{"objectRef":{"resource":"clusterroles","namespace":"shop","name":"admin"},"requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles"}""";

    private static string Forbidden(string reason) => """{"responseStatus":{"code":403,"status":"Failure","message":"no","reason":"REASON"}}""".Replace("REASON", reason, StringComparison.Ordinal);

    private static string[] Repeated(string audit, int times) => [.. Enumerable.Range(0, times).Select(_ => Audit(audit))];

    /// <summary>An audit event of someone who creates a pod, but for what the changes say.</summary>
    private static string Audit(params string[] changes)
    {
        var e = JsonNode.Parse(
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods","verb":"create",
            "user":{"username":"mallory","groups":["dev"]},"sourceIPs":["203.0.113.9"],"userAgent":"kubectl/v1.32.0","objectRef":{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1"},
            "responseStatus":{"code":201},"requestReceivedTimestamp":"2026-03-14T11:58:00.000000Z","stageTimestamp":"2026-03-14T11:58:00.100000Z"}
            """)!.AsObject();
        e["auditID"] = $"0b6d2c1e-0000-4000-8000-{Interlocked.Increment(ref made):d12}";
        foreach (var (name, value) in changes.SelectMany(c => JsonNode.Parse(c)!.AsObject().ToList()))
        {
            e[name] = value?.DeepClone();
        }

        return e.ToJsonString();
    }

    private static string Pod(string applied) => Audit(new JsonObject
    {
        ["requestObject"] = new JsonObject
        {
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = applied } },
        },
    }.ToJsonString());

    private static string Pulling(string name) => Audit(
        """{"objectRef":{"resource":"events","namespace":"shop","name":"NAME"},"requestObject":{"kind":"Event","message":"Pulling image \"nginx\"","reason":"Pulling"}}""".Replace("NAME", name, StringComparison.Ordinal));

    private static string Falco(string what) =>
        $"11:58:00.123456789: Notice {what} (evt_type=execve user=root user_uid=0 user_loginuid=-1 process=bash proc_exepath=/bin/bash parent=runc command=bash terminal=34816 exe_flags=EXE_WRITABLE container_id=0f container_image=docker.io/library/nginx container_image_tag=1.27 container_name=web k8s_ns=shop k8s_pod_name=web-1)";

    private static string ClusterEvent(string image) => Sent("kube:objects:events", new JsonObject
    {
        ["type"] = "ADDED",
        ["object"] = JsonNode.Parse("""{"kind":"Event","apiVersion":"v1","metadata":{"name":"x.17","namespace":"shop"},"involvedObject":{"kind":"Pod","name":"x","namespace":"shop"},"reason":"Pulling","source":{"component":"kubelet","host":"node1"},"lastTimestamp":"2026-03-14T11:58:00Z"}""") is JsonObject e
            ? With(e, "message", $"Pulling image \"{image}\"")
            : null,
    }.ToJsonString());

    private static JsonObject With(JsonObject e, string name, string value)
    {
        e[name] = value;
        return e;
    }

    /// <summary>As an event collector's client sends it.</summary>
    private static string Sent(string sourcetype, string json) => new JsonObject { ["time"] = 1773489480, ["sourcetype"] = sourcetype, ["source"] = "prod", ["event"] = JsonNode.Parse(json) }.ToJsonString();

    private static string Eks(string audit) => JsonSerializer.Serialize(new
    {
        messageType = "DATA_MESSAGE",
        owner = "1",
        logGroup = "/aws/eks/prod/cluster",
        logStream = "kube-apiserver-audit-0f",
        logEvents = new[] { new { id = "1", timestamp = 1773489480000, message = audit } },
    });

    private static string Aks(string audit) => JsonSerializer.Serialize(new
    {
        time = "2026-03-14T11:58:00Z",
        category = "kube-audit",
        operationName = "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        resourceId = "/SUBSCRIPTIONS/0/MANAGEDCLUSTERS/PROD",
        properties = new { log = audit + "\n", stream = "stdout", pod = "kube-apiserver-0f" },
    });

    private static string Gke(string user, string decision = "allow", string reason = "access granted by ClusterRole view", string group = "system:serviceaccounts", string resource = "pods", string name = "core/v1/namespaces/shop/pods/web") =>
        """
        {"insertId":"i-MADE","timestamp":"2026-03-14T11:58:00Z","resource":{"type":"k8s_cluster","labels":{"cluster_name":"prod"}},"labels":{"authorization.k8s.io/decision":"DECISION","authorization.k8s.io/reason":"REASON"},
        "protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.get","resourceName":"NAME","authenticationInfo":{"principalEmail":"USER"},"status":{"code":7,"message":"PERMISSION_DENIED"},
        "requestMetadata":{"callerIp":"203.0.113.9","callerSuppliedUserAgent":"kubectl/v1.32.0"},"authorizationInfo":[{"resource":"RESOURCE","granted":true}],
        "request":{"spec":{"group":["GROUP"],"nonResourceAttributes":{"verb":"get"}},"metadata":{"namespace":"shop"}},"response":{"spec":{"resourceAttributes":{"resource":"pods"}},"status":{"allowed":true}}}}
        """
            .Replace("MADE", $"{Interlocked.Increment(ref made)}", StringComparison.Ordinal).Replace("DECISION", decision, StringComparison.Ordinal).Replace("REASON", reason, StringComparison.Ordinal)
            .Replace("NAME", name, StringComparison.Ordinal).Replace("USER", user, StringComparison.Ordinal).Replace("RESOURCE", resource, StringComparison.Ordinal).Replace("GROUP", group, StringComparison.Ordinal)
            .ReplaceLineEndings("");

    private static string Exec(string binary, string arguments, string? pod = "web-1", string image = "docker.io/library/nginx:1.27", string started = "2026-03-14T11:58:00.123456789Z") =>
        Tetragon("process_exec", new JsonObject { ["process"] = Process(binary, arguments, pod, image, started), ["parent"] = Process("/usr/bin/containerd-shim-runc-v2", "", null, image, started) });

    private static string Connect(string parent)
    {
        var told = new JsonObject { ["process"] = Process("/usr/bin/curl", "http://169.254.169.254/", "web-1", "nginx", "2026-03-14T11:58:00Z"), ["parent"] = Process(parent, "", "web-1", "nginx", "2026-03-14T11:58:00Z") };
        told["source_ip"] = "10.0.0.7";
        told["source_port"] = 40_000;
        told["destination_ip"] = "169.254.169.254";
        told["destination_port"] = 80;
        told["protocol"] = "TCP";
        return Tetragon("process_connect", told);
    }

    private static string Kprobe()
    {
        var told = new JsonObject { ["process"] = Process("/usr/bin/nsenter", "", "web-1", "nginx", "2026-03-14T11:58:00Z"), ["parent"] = Process("/bin/sh", "", "web-1", "nginx", "2026-03-14T11:58:00Z") };
        told["function_name"] = "__x64_sys_setns";
        told["action"] = "KPROBE_ACTION_POST";
        told["args"] = new JsonArray(new JsonObject { ["string_arg"] = "/proc/1/ns/mnt" });
        return Tetragon("process_kprobe", told);
    }

    private static JsonObject Process(string binary, string arguments, string? pod, string image, string started)
    {
        const string contained = "2026-03-14T11:50:00Z";
        var process = new JsonObject { ["exec_id"] = "bm9kZTE6MTox", ["pid"] = 4711, ["uid"] = 0, ["cwd"] = "/", ["binary"] = binary, ["arguments"] = arguments, ["start_time"] = started };
        if (pod is not null)
        {
            process["pod"] = new JsonObject
            {
                ["namespace"] = "shop",
                ["name"] = pod,
                ["container"] = new JsonObject { ["id"] = "containerd://0f", ["name"] = "web", ["image"] = new JsonObject { ["id"] = "sha256:0f", ["name"] = image }, ["start_time"] = contained },
            };
        }

        return process;
    }

    private static string Tetragon(string what, JsonObject told) => new JsonObject
    {
        [what] = told,
        ["node_name"] = "node1",
        ["time"] = $"2026-03-14T11:58:00.{Interlocked.Increment(ref made):d9}Z",
        ["cluster_name"] = "prod",
    }.ToJsonString();
}
