using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Saker.Stores.ClickHouse.Engine;

namespace Saker.Benchmarks.Hostile;

/// <summary>A ClickHouse server of its own, as <c>store.url</c> names one: with its usual handlers.</summary>
internal sealed class PlainEngine : IDisposable
{
    private readonly string directory;
    private Process? process;

    private PlainEngine(string directory) => this.directory = directory;

    public int Port { get; private set; }

    public static async Task<PlainEngine> StartAsync(string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        var engine = new PlainEngine(directory);
        var config = new XElement("clickhouse", new XElement("max_server_memory_usage", 1L << 30));
        await File.WriteAllTextAsync(EngineHost.ConfigIn(directory), config.ToString());
        await engine.StartAsync();
        return engine;
    }

    public async Task StartAsync()
    {
        var program = EngineProgram.Find() ?? throw new InvalidOperationException("there is no ClickHouse: run `saker engine install`");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"))
        {
            ArgumentList = { "engine", "host", program.IsLibrary ? "--library" : "--program", program.Path, "--directory", directory, "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var i = 0; i < 500; i++)
        {
            if (LinuxProcess.ListeningPort(process.Id) is { } port)
            {
                Port = port;
                return;
            }

            await Task.Delay(20);
        }

        throw new InvalidOperationException("the engine does not listen");
    }

    public void Dispose()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
    }
}
