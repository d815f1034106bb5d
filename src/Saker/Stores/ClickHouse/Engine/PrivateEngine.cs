namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// A ClickHouse of our own: found, started, asked whether it is well, started again when it is not, stopped. It never outlives this process, and
/// only one process at a time has a data directory.
/// </summary>
internal sealed class PrivateEngine : IAsyncDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(250);
    private const int ToleratedFailures = 3;

    private readonly EngineOptions options;
    private readonly FileStream directoryLock;
    private readonly CancellationTokenSource stopping = new();
    private readonly ClickHouseClient health;
    private EngineProcess? current;
    private Task keeping = Task.CompletedTask;

    private PrivateEngine(EngineOptions options, EngineProgram program, FileStream directoryLock)
    {
        (this.options, Program, this.directoryLock) = (options, program, directoryLock);
        health = new ClickHouseClient(() => Address);
    }

    public EngineProgram Program { get; }

    /// <summary>Where it answers; null while it is down.</summary>
    public StoreAddress? Address { get; private set; }

    /// <summary>Its process while it is up.</summary>
    public int? ProcessId => Address is null ? null : current?.Id;

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>What it holds in memory, in bytes.</summary>
    public long ResidentBytes => current is { } engine ? LinuxProcess.ResidentBytes(engine.Id) : 0;

    /// <summary>Starts the engine; returns once it answers.</summary>
    /// <exception cref="EngineException">There is none, it does not start, or another process has the data directory.</exception>
    public static async Task<PrivateEngine> StartAsync(EngineOptions options, CancellationToken cancellation)
    {
        var program = options.Program ?? EngineProgram.Find() ?? throw new EngineException(
            $"there is no ClickHouse on this machine. Run `saker engine install` (it fetches a library by npm), or install ClickHouse and set {EngineProgram.Variable}, or name a server in store.url");
        options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        var engine = new PrivateEngine(options, program, Lock(options.DataDirectory));
        try
        {
            if (await StaleEngine.EndAsync(options.DataDirectory, options.Clock, cancellation).ConfigureAwait(false) is { } stale)
            {
                options.Tell($"ended engine process {stale}, which a former run left behind");
            }

            await engine.StartProcessAsync(cancellation).ConfigureAwait(false);
            engine.keeping = Task.Run(engine.KeepAsync, CancellationToken.None);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
        Address = null;
        if (current is { } engine)
        {
            await engine.StopAsync().ConfigureAwait(false);
        }

        health.Dispose();
        await directoryLock.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    /// <summary>Makes the directory ours alone: by its mode, and by a lock that ends with this process.</summary>
    private static FileStream Lock(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EngineException("the private engine does not run on Windows: name a server in store.url");
        }

        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "data"), Own);
            File.SetUnixFileMode(directory, Own);
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy) when (File.Exists(Path.Combine(directory, "lock")))
        {
            throw new EngineException($"{directory} is in use by another saker; stop it, or choose another data directory", busy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"the data directory {directory} cannot be used: {failure.Message}", failure);
        }
    }

    private async Task StartProcessAsync(CancellationToken cancellation)
    {
        var engine = await EngineProcess.StartAsync(options, Program, cancellation).ConfigureAwait(false);
        try
        {
            var address = StoreAddress.OfEngine(engine.Port, engine.Secret);
            await AnswersAsync(engine, address, cancellation).ConfigureAwait(false);
            current = engine;
            Address = address;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private async Task AnswersAsync(EngineProcess engine, StoreAddress address, CancellationToken cancellation)
    {
        using var client = new ClickHouseClient(() => address);
        var from = options.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await client.ExecuteAsync("SELECT 1", cancellation).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException failure) when (engine.Ended.IsCompleted || options.Clock.GetElapsedTime(from) > options.StartTimeout)
            {
                throw new EngineException($"the engine does not answer: {failure.Message} {engine.LastWords}", failure);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), options.Clock, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task KeepAsync()
    {
        var backOff = FirstBackOff;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var up = options.Clock.GetTimestamp();
                var why = await WhyEndedAsync(current!).ConfigureAwait(false);
                Address = null;
                await current!.StopAsync().ConfigureAwait(false);
                backOff = options.Clock.GetElapsedTime(up) > TimeSpan.FromMinutes(1) ? FirstBackOff : backOff;
                options.Tell($"the engine {why}; starting it again");
                backOff = await StartAgainAsync(backOff).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<TimeSpan> StartAgainAsync(TimeSpan backOff)
    {
        while (true)
        {
            await Task.Delay(backOff, options.Clock, stopping.Token).ConfigureAwait(false);
            backOff = backOff * 2 < options.LongestBackOff ? backOff * 2 : options.LongestBackOff;
            try
            {
                await StartProcessAsync(stopping.Token).ConfigureAwait(false);
                Restarts++;
                return backOff;
            }
            catch (EngineException failure)
            {
                options.Tell($"{failure.Message}; the next attempt is in {backOff.TotalSeconds:0.#} seconds");
            }
        }
    }

    /// <summary>Waits until the engine ends or is no longer well; tells why.</summary>
    private async Task<string> WhyEndedAsync(EngineProcess engine)
    {
        for (var failures = 0; ;)
        {
            var pause = Task.Delay(options.HealthInterval, options.Clock, stopping.Token);
            if (await Task.WhenAny(engine.Ended, pause).ConfigureAwait(false) == engine.Ended)
            {
                return $"ended{(engine.LastWords is { Length: > 0 } words ? $" ({words})" : "")}";
            }

            await pause.ConfigureAwait(false);
            try
            {
                await health.ExecuteAsync("SELECT 1", stopping.Token).WaitAsync(options.HealthTimeout, options.Clock, stopping.Token).ConfigureAwait(false);
                failures = 0;
            }
            catch (Exception failure) when (failure is StoreUnavailableException or StoreRefusedException or TimeoutException)
            {
                failures++;
                if (failures == ToleratedFailures)
                {
                    return $"did not answer {ToleratedFailures} times in a row ({failure.Message})";
                }
            }
        }
    }
}
