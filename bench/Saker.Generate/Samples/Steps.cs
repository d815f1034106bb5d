namespace Saker.Generate.Samples;

/// <summary>The story's parts, in the order in which README.md tells them.</summary>
internal sealed class Steps
{
    public Step Scan { get; } = new("anonymous scan",
        "198.51.100.77 asks for 15 paths without a credential, with five programs' user agents. 13 answers are 403; `/version` and `/healthz` are open to anyone. One request claims to come from 10.20.0.9 (X-Forwarded-For): that address stands first in its `sourceIPs`, the peer's last.",
        Detections.AccessScanning, Outcome.Risk);

    public Step Guess { get; } = new("guessed tokens",
        "203.0.113.50 tries three tokens. A 401 is a single `ResponseStarted` event whose `user` is `{}`: not anonymous, so the scan's search does not see it.");

    public Step Credential { get; } = new("a stolen credential",
        "The fourth token is that of the CI deployer. 203.0.113.50 asks what it may do, lists secrets and is refused twice: 403, but authenticated.");

    public Step KubeSystemPod { get; } = new("a pod in kube-system, under a name like kube-proxy's",
        "`kube-proxy-x4m2q` with `hostPID`, `hostNetwork`, the node's file system and a privileged container. Both its stages match: the search asks for no stage.",
        Detections.PodCreated, Outcome.Risk);

    public Step DefaultPod { get; } = new("a pod in default",
        "`metrics-agent`, by the same credential.", Detections.PodCreated, Outcome.Risk);

    public Step Consequences { get; } = new("what the cluster does with those pods",
        "The scheduler binds them (`create` of `pods/binding`: the search matches it, as it would for any pod there), kubelets report their status.",
        Detections.PodCreated, Outcome.LetGo);

    public Step Pull { get; } = new("image pulls",
        "The kubelets record that they pull the attacker's image: an `Event` object is created, and only its message says so. `responseStatus` is absent from the first stage and so are the bodies: the last stage alone matches.",
        Detections.ImagePulling, Outcome.Risk);

    public Step Exec { get; } = new("a shell by kubectl exec",
        "203.0.113.50 opens a shell in a pod of the shop. Over WebSocket the verb is `get` and success is 101, told at `ResponseStarted` and, minutes later, at `ResponseComplete`.");

    public Step EksPod { get; } = new("a pod in another cluster, read from CloudWatch",
        "An event of an EKS cluster inside a CloudWatch subscription document: the audit event is text in `logEvents[].message`, the user is an IAM role. EKS leaves out `RequestReceived`.",
        Detections.PodCreated, Outcome.Risk);

    public Step ShellAsJson { get; } = new("the shell, seen by Falco (JSON)",
        "Rules 5.x: the fields stand in `output_fields` under Falco's names (`proc.pname`), the text has other names than the search's.",
        Detections.FalcoShell, Outcome.Risk);

    public Step ShellAsText { get; } = new("a second shell, seen by an older Falco (text)",
        "Rules 3.x: `key=value` in parentheses. `command=` holds what the attacker typed, an equals sign included.",
        Detections.FalcoShell, Outcome.Risk);

    public Step NodeShell { get; } = new("a shell process on worker-2 (OTLP)",
        "`bash`, pid 41733, child of the attacker's container, among kubelet, containerd, systemd and sshd. The first scrape of a process has no `process.cpu.utilization`; from the second on there is a point each for user, system and wait.",
        Detections.NodeShell, Outcome.Risk);

    public Step NodeShellByHec { get; } = new("a shell process on worker-3 (HEC)",
        "`sh`, pid 5120, as the collector's Splunk exporter sends it: dimensions are text, `host.name` has become the event's `host`.",
        Detections.NodeShell, Outcome.Risk);

    public Step ControllerPods { get; } = new("controllers create and bind pods in kube-system",
        "The replica set, daemon set and job controllers make pods with generated names, and the scheduler binds them. Whoever enables the search as written sees them; the filter that ships lets them go.",
        Detections.PodCreated, Outcome.LetGo);

    public Step AllowedPulls { get; } = new("allowed images are pulled",
        "`objectRef.name` starts with the pod's name: pods of Falco and of Splunk's collector are what `kube_allowed_images` names.",
        Detections.ImagePulling, Outcome.LetGo);

    public Step BalancerProbes { get; } = new("a load balancer probes anonymously",
        "10.20.0.250 asks for `/` four times and gets 403: fewer than the search's threshold of more than 5 for one address.",
        Detections.AccessScanning, Outcome.LetGo);

    public Step OpenProbes { get; } = new("anonymous probes that are allowed",
        "`/livez` and `/readyz` answered 200 to `system:anonymous`.");

    public Step Refused { get; } = new("a developer is refused",
        "Seven 403 answers to `oidc:mira`: authenticated, so no scan.");

    public Step Defunct { get; } = new("a shell that is no more",
        "`sh`, pid 2211 on worker-1, a zombie: 0 CPU and 0 memory, which `process.cpu.utilization>0 OR process.memory.utilization>0` drops.",
        Detections.NodeShell, Outcome.LetGo);

    public Step Large { get; } = new("a 30 kB object",
        "Helm updates a dashboard: JSON inside a JSON string, `\\u003c`, `\\u003e` and `\\u0026` as Go writes them, non-ASCII as it is. The answer holds it again.");

    public Step Rollout { get; } = new("a rollout",
        "`oidc:mira` applies the shop's deployment (managedFields, last applied configuration); controllers, scheduler and kubelets follow. The image is on the nodes already, so nothing is pulled.");

    public Step Everyday { get; } = new("everyday traffic",
        "Leases, scrapes, watches, CI, and everything else in the files.");

    public IEnumerable<Step> Attack =>
        [Scan, Guess, Credential, KubeSystemPod, DefaultPod, Consequences, Pull, Exec, ShellAsJson, ShellAsText, NodeShell, NodeShellByHec, EksPod];

    public IEnumerable<Step> Benign => [ControllerPods, AllowedPulls, BalancerProbes, OpenProbes, Refused, Defunct, Large, Rollout, Everyday];
}
