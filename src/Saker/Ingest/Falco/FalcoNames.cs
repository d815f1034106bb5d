using System.Collections.Frozen;

namespace Saker.Ingest;

/// <summary>What Falco called its fields over the years, and what they are called here.</summary>
internal static class FalcoNames
{
    /// <summary>From <c>output_fields</c>.</summary>
    public static readonly FrozenDictionary<string, string> OfFields = new Dictionary<string, string>
    {
        ["evt.type"] = "evt_type",
        ["evt.arg.flags"] = "exe_flags",
        ["user.name"] = "user",
        ["user.uid"] = "user_uid",
        ["user.loginuid"] = "user_loginuid",
        ["proc.name"] = "process",
        ["proc.exepath"] = "proc_exepath",
        ["proc.pname"] = "parent",
        ["proc.cmdline"] = "command",
        ["proc.tty"] = "terminal",
        ["container.id"] = "container_id",
        ["container.image.repository"] = "container_image",
        ["container.image.tag"] = "container_image_tag",
        ["container.name"] = "container_name",
        ["k8s.ns.name"] = "k8s_ns",
        ["k8s.pod.name"] = "k8s_pod_name",
        ["ka.user.name"] = "user",
    }.ToFrozenDictionary();

    /// <summary>From text. Names that map to themselves are read too, as the borders of other values.</summary>
    public static readonly FrozenDictionary<string, string> OfText = new Dictionary<string, string>
    {
        ["shell"] = "process",
        ["program"] = "process",
        ["cmdline"] = "command",
        ["image"] = "image",
        ["container_image_repository"] = "container_image",
        ["k8s.ns"] = "k8s_ns",
        ["k8s_ns_name"] = "k8s_ns",
        ["k8s.pod"] = "k8s_pod_name",
        ["k8s_pod"] = "k8s_pod_name",
        ["container"] = "container",
    }
    .Concat(Same(
        "evt_type", "user", "user_uid", "user_loginuid", "process", "proc_exepath", "parent", "command", "terminal", "exe_flags", "container_id",
        "container_image", "container_image_tag", "container_name", "k8s_ns", "k8s_pod_name", "pid", "tid", "file", "gparent", "ggparent",
        "gggparent", "pcmdline", "proc_pcmdline", "proc_sname", "connection", "type", "fd.name", "fd", "name", "path", "oldpath", "uid", "loginuid",
        "exe", "exepath", "src", "dest", "lport", "rport", "fd_type", "fd_proto", "verb", "resource", "resources", "pod", "ns", "target", "uri", "resp",
        "decision", "reason", "action", "serviceaccount", "configmap", "config"))
    .ToFrozenDictionary();

    public static readonly string[] Priorities = ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"];

    private static IEnumerable<KeyValuePair<string, string>> Same(params string[] names) => names.Select(name => KeyValuePair.Create(name, name));
}
