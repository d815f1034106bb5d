using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Saker.Stores.ClickHouse.Engine;

namespace Saker.Benchmarks.Hostile;

/// <summary>A ClickHouse server of its own, as <c>store.url</c> names one: with its usual handlers.</summary>
internal sealed class PlainEngine : IDisposable
{
    private readonly string directory;
    private readonly EngineProgram program;
    private Process? process;

    private PlainEngine(string directory, EngineProgram program) => (this.directory, this.program) = (directory, program);

    public int Port { get; private set; }

    /// <param name="directory">Where it keeps its data.</param>
    /// <param name="program">Which ClickHouse; null to look for one.</param>
    public static async Task<PlainEngine> StartAsync(string directory, EngineProgram? program = null)
    {
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        var engine = new PlainEngine(directory, program ?? EngineProgram.Find() ?? throw new InvalidOperationException("there is no ClickHouse: run `saker engine install`"));
        var config = new XElement("clickhouse", new XElement("max_server_memory_usage", 1L << 30));
        await File.WriteAllTextAsync(EngineHost.ConfigIn(directory), config.ToString());
        await engine.StartAsync();
        return engine;
    }

    /// <summary>Starts it again after <see cref="Kill"/>, on another port.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "saker"))
        {
            ArgumentList = { "engine", "host", program.IsLibrary ? "--library" : "--program", program.Path, "--directory", directory, "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        process = await BeginAsync(start);
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

    /// <summary>By a thread that lives as long as the engine: the kernel kills the child when the thread that started it ends, and threads of the pool come and go.</summary>
    private static Task<Process> BeginAsync(ProcessStartInfo start)
    {
        var begun = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Keep()
        {
            var process = Process.Start(start)!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var ended = new ManualResetEventSlim();
            process.EnableRaisingEvents = true;
            process.Exited += (_, _) => ended.Set();
            begun.SetResult(process);
            ended.Wait();
        }

        new Thread(Keep) { IsBackground = true }.Start();
        return begun.Task;
    }

    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }

    public void Dispose() => Kill();
}
