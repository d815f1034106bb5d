using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// One run of the engine, from start to end. It is started by a thread that lives as long as it does: the kernel kills the child when the thread that
/// started it ends, and threads of the pool come and go.
/// </summary>
internal sealed class EngineProcess : IDisposable
{
    private const int LastLines = 20;

    private readonly EngineOptions options;
    private readonly Queue<string> said = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EngineProcess(EngineOptions options, EngineProgram program)
    {
        this.options = options;
        Secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        new Thread(() => Keep(program)) { IsBackground = true, Name = "engine" }.Start();
    }

    /// <summary>Known to this run alone.</summary>
    public string Secret { get; }

    public int Id { get; private set; }

    public int Port { get; private set; }

    /// <summary>Completes when the process has ended.</summary>
    public Task Ended => ended.Task;

    /// <summary>What it said last, for an error's message.</summary>
    public string LastWords
    {
        get
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }

    /// <summary>Starts the engine and waits until it listens.</summary>
    /// <exception cref="EngineException">It ended, or did not listen in time.</exception>
    public static async Task<EngineProcess> StartAsync(EngineOptions options, EngineProgram program, CancellationToken cancellation)
    {
        var engine = new EngineProcess(options, program);
        try
        {
            await engine.started.Task.ConfigureAwait(false);
            await engine.ListenAsync(cancellation).ConfigureAwait(false);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end, then makes it; returns when it has.</summary>
    public async Task StopAsync()
    {
        if (!ended.Task.IsCompleted)
        {
            _ = LinuxProcess.Signal(Id, LinuxProcess.SigTerm);
            try
            {
                await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), options.Clock).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _ = LinuxProcess.Signal(Id, LinuxProcess.SigKill);
            }
        }

        await ended.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (Id > 0 && !ended.Task.IsCompleted)
        {
            _ = LinuxProcess.Signal(Id, LinuxProcess.SigKill);
        }
    }

    private static ProcessStartInfo StartInfo(EngineOptions options, EngineProgram program)
    {
        // The program that hosts the library is our own.
        var own = options.HostProgram ?? Path.Combine(AppContext.BaseDirectory, "saker");
        var start = File.Exists(own) ? new ProcessStartInfo(own) : new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "saker.dll") } };
        foreach (var argument in (string[])["engine", "host", program.IsLibrary ? "--library" : "--program", program.Path, "--directory", options.DataDirectory, "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = options.DataDirectory;
        // Our part of the child is small.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x4000000";
        // A process that is killed would leave the sockets of .NET's diagnostics behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    private void Keep(EngineProgram program)
    {
        try
        {
            WriteConfig();
            using var process = new Process { StartInfo = StartInfo(options, program) };
            process.OutputDataReceived += Hear;
            process.ErrorDataReceived += Hear;
            process.Start();
            Id = process.Id;
            StaleEngine.Remember(options.DataDirectory, Id);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            started.SetResult();
            process.WaitForExit();
            StaleEngine.Forget(options.DataDirectory);
        }
        catch (Exception failure)
        {
            started.TrySetException(new EngineException($"the engine cannot be started: {failure.Message}", failure));
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>The file holds the secret: only we may read it.</summary>
    private void WriteConfig()
    {
        var path = EngineHost.ConfigIn(options.DataDirectory);
        File.Delete(path);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, create);
        stream.Write(Encoding.UTF8.GetBytes(EngineConfig.Create(options, Secret).ToString()));
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (string.IsNullOrWhiteSpace(line.Data))
        {
            return;
        }

        lock (said)
        {
            said.Enqueue(line.Data);
            if (said.Count > LastLines)
            {
                said.Dequeue();
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        var from = options.Clock.GetTimestamp();
        while (true)
        {
            if (LinuxProcess.ListeningPort(Id) is { } port)
            {
                Port = port;
                return;
            }

            if (ended.Task.IsCompleted)
            {
                throw new EngineException($"the engine ended while it started: {(LastWords.Length > 0 ? LastWords : $"see {EngineHost.LogIn(options.DataDirectory)}")}");
            }

            if (options.Clock.GetElapsedTime(from) > options.StartTimeout)
            {
                throw new EngineException($"the engine did not listen within {options.StartTimeout.TotalSeconds:0} seconds: {LastWords}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), options.Clock, cancellation).ConfigureAwait(false);
        }
    }
}
