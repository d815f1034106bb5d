namespace Saker.Generate.Samples;

/// <summary>Falco's alerts: JSON of today's rules and text lines of those before.</summary>
internal sealed class FalcoAlerts(Steps steps)
{
    private static readonly Template Shell = new("""
        {"hostname":"worker-1","output":"10:31:07.482913377: Notice A shell was spawned in a container with an attached terminal | evt_type=execve user=root
         user_uid=0 user_loginuid=-1 process=bash proc_exepath=/usr/bin/bash parent=runc command=bash -il terminal=34816
         exe_flags=EXE_WRITABLE|EXE_LOWER_LAYER container_id=6c1f0a9d3b27 container_name=cart container_image_repository=registry.lighthouse.example/shop/cart
         container_image_tag=3.1.0 k8s_pod_name=«pod» k8s_ns_name=shop","output_fields":{"container.id":"6c1f0a9d3b27",
        "container.image.repository":"registry.lighthouse.example/shop/cart","container.image.tag":"3.1.0","container.name":"cart",
        "evt.arg.flags":"EXE_WRITABLE|EXE_LOWER_LAYER","evt.time":«nanoseconds»,"evt.type":"execve","k8s.ns.name":"shop","k8s.pod.name":"«pod»",
        "proc.cmdline":"bash -il","proc.exepath":"/usr/bin/bash","proc.name":"bash","proc.pname":"runc","proc.tty":34816,"user.loginuid":-1,
        "user.name":"root","user.uid":0},"priority":"Notice","rule":"Terminal shell in container","source":"syscall",
        "tags":["T1059","container","maturity_stable","mitre_execution","shell"],"time":"2026-03-14T10:31:07.482913377Z"}
        """);

    private static readonly Template SensitiveFile = new("""
        {"hostname":"worker-1","output":"10:33:41.120553208: Warning Sensitive file opened for reading by non-trusted program | file=/etc/shadow gparent=runc
         ggparent=containerd-shim gggparent=systemd evt_type=openat user=root user_uid=0 user_loginuid=-1 process=cat proc_exepath=/usr/bin/cat parent=bash
         command=cat /etc/shadow terminal=34816 container_id=6c1f0a9d3b27 container_name=cart
         container_image_repository=registry.lighthouse.example/shop/cart container_image_tag=3.1.0 k8s_pod_name=«pod» k8s_ns_name=shop",
        "output_fields":{"container.id":"6c1f0a9d3b27","container.image.repository":"registry.lighthouse.example/shop/cart","container.image.tag":"3.1.0",
        "container.name":"cart","evt.time":1773484421120553208,"evt.type":"openat","fd.name":"/etc/shadow","k8s.ns.name":"shop","k8s.pod.name":"«pod»",
        "proc.aname[2]":"runc","proc.aname[3]":"containerd-shim","proc.aname[4]":"systemd","proc.cmdline":"cat /etc/shadow","proc.exepath":"/usr/bin/cat",
        "proc.name":"cat","proc.pname":"bash","proc.tty":34816,"user.loginuid":-1,"user.name":"root","user.uid":0},"priority":"Warning",
        "rule":"Read sensitive file untrusted","source":"syscall","tags":["T1555","container","filesystem","host","maturity_stable","mitre_credential_access"],
        "time":"2026-03-14T10:33:41.120553208Z"}
        """);

    private static readonly Template Metrics = new("""
        {"hostname":"worker-1","output":"10:30:00.000000000: Informational Falco metrics snapshot","output_fields":{"evt.source":"syscall",
        "evt.time":1773484200000000000,"falco.duration_sec":86400,"falco.version":"0.42.1","scap.n_drops":0},"priority":"Informational",
        "rule":"Falco internal: metrics snapshot","source":"internal","tags":[],"time":"2026-03-14T10:30:00.000000000Z"}
        """);

    public IEnumerable<SampleFile> Write()
    {
        var json = new SampleFile("falco.ndjson");
        json.Add(Metrics.Fill(), steps.Everyday);
        json.Add(Shell.Fill(("pod", AttackStory.Cart.Name), ("nanoseconds", $"{Moment.At(10, 31, 7).Nanoseconds + 482_913_377}")), steps.ShellAsJson, matched: true);
        json.Add(SensitiveFile.Fill(("pod", AttackStory.Cart.Name)), steps.Everyday);

        var text = new SampleFile("falco.log");
        text.Add("2026-03-14T10:02:11.004120981+0000: Notice Unexpected connection to K8s API Server from container (connection=10.244.2.31:40122->10.96.0.1:443 "
            + "lport=443 rport=40122 fd_type=ipv4 fd_proto=tcp evt_type=connect user=node user_uid=1000 user_loginuid=-1 process=kubectl proc_exepath=/usr/local/bin/kubectl "
            + "parent=sh command=kubectl get deployments -n shop terminal=0 exe_flags=<NA> container_id=b90d1e7a4c55 container_image=registry.lighthouse.example/ci/runner "
            + "container_image_tag=12 container_name=runner k8s_ns=ci k8s_pod_name=deployer-7c9d5b6f4-q8wzt)", steps.Everyday);
        text.Add("2026-03-14T10:34:52.771309446+0000: Notice A shell was spawned in a container with an attached terminal (evt_type=execve user=root user_uid=0 "
            + "user_loginuid=-1 process=sh proc_exepath=/bin/busybox parent=containerd-shim command=sh -c TARGET=worker-2 nsenter -t 1 -m terminal=34817 "
            + "exe_flags=EXE_WRITABLE container_id=f21ac07d9e63 container_image=203.0.113.80:5000/tools/kworker container_image_tag=1.3 "
            + "container_name=kube-proxy k8s_ns=kube-system k8s_pod_name=kube-proxy-x4m2q)", steps.ShellAsText, matched: true);
        return [json, text];
    }
}
