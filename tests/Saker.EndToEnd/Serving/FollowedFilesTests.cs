using System.IO.Compression;
using System.Text.Json;
using Saker.EndToEnd.Stores;
using Xunit;

namespace Saker.EndToEnd.Serving;

/// <summary>Files that the running server follows, as programs, log rotation and the kubelet write them.</summary>
public sealed class FollowedFilesTests(EngineFixture engine)
{
    private int next;

    [Fact]
    public async Task Each_line_is_taken_once_whatever_happens_to_its_file_and_to_the_server()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        var logs = Directory.CreateDirectory(Path.Combine(server.Root, "logs")).FullName;
        var log = Path.Combine(logs, "app.log");
        await File.WriteAllTextAsync(Path.Combine(server.Root, "saker.yaml"), $"files:\n  - paths: [\"{logs}/app.log*\"]\n    cluster: blue\n");

        Append(log, 100);
        await server.StartAsync();
        await FoundAsync(server);

        // Rotation by name, lines into the old file until its writer is told, then packed.
        File.Move(log, log + ".1");
        Append(log + ".1", 10);
        Append(log, 50);
        await FoundAsync(server);
        await PackAsync(log + ".1");
        Append(log, 10);
        await FoundAsync(server);

        // Copied and truncated.
        File.Copy(log, log + ".2");
        await File.WriteAllTextAsync(log, "");
        Append(log, 20);
        await FoundAsync(server);

        // A line that is not whole yet.
        await File.AppendAllTextAsync(log, $"line n={next++} is not wh");
        await Task.Delay(1500);
        await File.AppendAllTextAsync(log, "ole\n");
        await FoundAsync(server);

        // Killed while lines come, rotated while it is down.
        Append(log, 500);
        await server.KillAsync();
        File.Move(log, log + ".3");
        Append(log + ".3", 30);
        Append(log, 30);
        await server.StartAsync();
        await FoundAsync(server);
        Assert.Equal(0, await server.StopAsync());
        Append(log, 5);
        await server.StartAsync();
        await FoundAsync(server);
        Assert.Equal("blue", Assert.Single(await server.SearchAsync("source=*app.log* | stats count by cluster")).GetProperty("cluster").GetString());
    }

    [Fact]
    public async Task Of_what_containers_print_only_the_named_ones_are_believed()
    {
        engine.RequireEngine();
        await using var server = new ServeProcess(engine);
        var logs = Directory.CreateDirectory(Path.Combine(server.Root, "var", "log", "containers")).FullName;
        await File.WriteAllTextAsync(Path.Combine(server.Root, "saker.yaml"), $"files:\n  - paths: [\"{logs}/*.log\"]\n    cluster: blue\n    audit_from_containers: [\"kube:container:kube-apiserver\"]\n");
        string Of(string pod, string container) => Path.Combine(logs, $"{pod}_kube-system_{container}-{new string('a', 64)}.log");
        static string Line(string text, string flag = "F") => $"2026-03-14T10:00:00.000000000Z stdout {flag} {text}\n";
        const string audit = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"NAME","stage":"ResponseComplete","requestURI":"/","verb":"delete","user":{"username":"u"}}""";
        await File.WriteAllTextAsync(Of("apiserver-0", "kube-apiserver"), Line(audit.Replace("NAME", "real", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Of("evil-0", "evil"), Line(audit.Replace("NAME", "forged", StringComparison.Ordinal)) + Line("a line in ", "P") + Line("two parts"));
        await server.StartAsync();
        for (var i = 0; i < 100 && (await server.SearchAsync("\"two parts\"")).Count == 0; i++)
        {
            await Task.Delay(200);
        }

        Assert.Equal(["real"], (await server.SearchAsync("verb=delete sourcetype!=kube:container:evil | stats count by auditID")).Select(r => r.GetProperty("auditID").GetString()));
        var printed = await server.SearchAsync("sourcetype=kube:container:evil | sort _raw | table _raw k8s.pod.name");
        Assert.Equal(["a line in two parts", audit.Replace("NAME", "forged", StringComparison.Ordinal)], printed.Select(r => r.GetProperty("_raw").GetString()));
        Assert.Equal(["evil-0", "evil-0"], printed.Select(r => r.TryGetProperty("k8s.pod.name", out var pod) ? pod.GetString() : r.GetRawText()));
    }

    private void Append(string path, int lines)
    {
        using var file = File.AppendText(path);
        for (var i = 0; i < lines; i++)
        {
            file.Write($"line n={next++} is whole\n");
        }
    }

    private static async Task PackAsync(string path)
    {
        await using (var packed = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(await File.ReadAllBytesAsync(path));
        }

        File.Delete(path);
    }

    /// <summary>Waits until all lines that were written so far are there; none may be there twice.</summary>
    private async Task FoundAsync(ServeProcess server)
    {
        List<JsonElement> rows = [];
        for (var i = 0; i < 150; i++)
        {
            await server.DrainAsync();
            rows = await server.SearchAsync("source=*app.log* \"line n=\" | rex \"n=(?<n>\\d+) is whole\" | stats count by n");
            if (rows.Count >= next)
            {
                break;
            }

            await Task.Delay(200);
        }

        Assert.Equal([], rows.Where(r => r.GetProperty("count").GetInt32() != 1).Select(r => $"{r.GetProperty("n")} is there {r.GetProperty("count")} times"));
        Assert.Equal([], Enumerable.Range(0, next).Select(n => $"{n}").Except(rows.Select(r => r.GetProperty("n").GetString()!)));
    }
}
