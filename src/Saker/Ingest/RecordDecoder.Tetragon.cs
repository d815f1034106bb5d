using System.Text;

namespace Saker.Ingest;

/// <summary>
/// What Tetragon exports, which Cisco sells as Isovalent Runtime Security:
/// <c>{"process_exec":{"process":{"binary":"/bin/sh","arguments":"-c id","pid":7,"pod":{"namespace":"shop","name":"web","container":{…}}},"parent":{…}},"node_name":"n1","time":"2026-…Z"}</c>.
/// Named as Splunk's add-on names it, with the fields that the add-on makes.
/// </summary>
internal sealed partial class RecordDecoder
{
    // As CIM has it for what is not known: a search that groups by it must not lose the row.
    private const string NotKnown = "unknown";

    private bool TryTetragon(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        for (var i = 0; i < scan.Count; i++)
        {
            if (!scan.Name(i).StartsWith("process_"u8) || scan.Value(i) is not { IsObject: true } told || !told["process"u8].IsObject)
            {
                continue;
            }

            if (!scan["time"u8].Exists && !scan["node_name"u8].Exists)
            {
                return false;
            }

            EmitTetragon(json, Encoding.UTF8.GetString(scan.Name(i)), told, scan, wrapping);
            return true;
        }

        return false;
    }

    private void EmitTetragon(ReadOnlyMemory<byte> json, string what, JsonValue told, JsonObjectScan scan, Wrapping wrapping)
    {
        var sourcetype = what switch
        {
            "process_exec" => "cisco:isovalent:processExec",
            "process_connect" => "cisco:isovalent:processConnect",
            _ => "cisco:isovalent",
        };
        extra.Clear();
        var process = told["process"u8];
        var time = Settle(EventTime.Read(scan["time"u8]) ?? EventTime.Read(process["start_time"u8]) ?? wrapping.Time);
        var source = wrapping.Source ?? place.Name;
        AddOrigin(wrapping, source, sourcetype);
        AddFields(wrapping);
        AddProcess(process, told["parent"u8]);
        AddPod(process["pod"u8], process["docker"u8]);
        AddConnection(told);
        var cluster = scan["cluster_name"u8].AsTextOrNull();
        if (cluster is null)
        {
            Extra.Add("cluster_name"u8, wrapping.Cluster ?? (options.Cluster.Length > 0 ? options.Cluster : NotKnown));
        }

        Extra.Add("vendor_product"u8, "Isovalent Tetragon"u8);
        var node = scan["node_name"u8].AsTextOrNull();
        var named = wrapping with
        {
            Host = node is null ? wrapping.Host : Intern(node),
            Cluster = cluster is null ? wrapping.Cluster : Intern(cluster),
        };
        Tell(masker.Mask(json), time, KubernetesIndex, source, sourcetype, named, EventKind.Tetragon);
    }

    private void AddProcess(JsonValue process, JsonValue parent)
    {
        var path = process["binary"u8].AsText();
        Extra.Add("process_name"u8, FileName(path));
        Extra.Add("process_exec"u8, FileName(path));
        Extra.Add("process_path"u8, path);
        Extra.Add("process"u8, CommandLine(process));
        AddText("process_id"u8, process["pid"u8]);
        AddText("process_current_directory"u8, process["cwd"u8]);
        AddText("user_id"u8, process["uid"u8]);
        AddText("user"u8, process["user"u8]["name"u8]);

        // Tetragon may have missed the parent's start.
        var parentPath = parent["binary"u8].AsTextOrNull() ?? NotKnown;
        Extra.Add("parent_process_name"u8, FileName(parentPath));
        Extra.Add("parent_process_exec"u8, FileName(parentPath));
        Extra.Add("parent_process_path"u8, parentPath);
        Extra.Add("parent_process"u8, parent.IsObject ? CommandLine(parent) : NotKnown);
        AddText("parent_process_id"u8, parent["pid"u8]);
    }

    private void AddPod(JsonValue pod, JsonValue docker)
    {
        var container = pod["container"u8];
        AddText("pod_name"u8, pod["name"u8]);
        AddText("pod_namespace"u8, pod["namespace"u8]);
        AddText("pod_image_name"u8, container["image"u8]["name"u8]);
        AddText("container_id"u8, container["id"u8].Exists ? container["id"u8] : docker);
        AddText("container_name"u8, container["name"u8]);
    }

    /// <summary>Of <c>process_connect</c> (Isovalent's), or of a kprobe on <c>tcp_connect</c>, whose argument is a socket (Tetragon's).</summary>
    private void AddConnection(JsonValue told)
    {
        if (told["destination_ip"u8].Exists)
        {
            AddEnds(told["source_ip"u8], told["source_port"u8], told["destination_ip"u8], told["destination_port"u8], told["protocol"u8].AsText());
            return;
        }

        foreach (var argument in told["args"u8].Elements)
        {
            if (argument["sock_arg"u8] is { IsObject: true } socket)
            {
                AddEnds(socket["saddr"u8], socket["sport"u8], socket["daddr"u8], socket["dport"u8], socket["protocol"u8].AsText().Replace("IPPROTO_", "", StringComparison.Ordinal));
                return;
            }
        }
    }

    private void AddEnds(JsonValue source, JsonValue sourcePort, JsonValue destination, JsonValue destinationPort, string protocol)
    {
        AddText("src_ip"u8, source);
        AddText("src"u8, source);
        AddText("src_port"u8, sourcePort);
        AddText("dest_ip"u8, destination);
        AddText("dest"u8, destination);
        AddText("dest_port"u8, destinationPort);
        if (protocol.Length > 0)
        {
            Extra.Add("transport"u8, protocol.ToLowerInvariant());
        }
    }

    private void AddText(ReadOnlySpan<byte> name, JsonValue value)
    {
        if (value.AsTextOrNull() is { } text)
        {
            Extra.Add(name, text);
        }
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string CommandLine(JsonValue process) =>
        process["arguments"u8].AsTextOrNull() is { } arguments ? $"{process["binary"u8].AsText()} {arguments}" : process["binary"u8].AsText();
}
