using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Engine;
using Saker.Stores.ClickHouse.Schema;
using Xunit;

[assembly: AssemblyFixture(typeof(Saker.EndToEnd.Stores.EngineFixture))]

namespace Saker.EndToEnd.Stores;

/// <summary>
/// A ClickHouse for the tests: that of the machine, else the library, which <c>saker engine install</c> fetches into artifacts/engine once. Where there
/// is none, tests of the store are skipped and say why.
/// </summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}");
    private string? reason;
    private int databases;
    private PrivateEngine? engine;

    /// <summary>The engine to run.</summary>
    internal EngineProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var installed = Path.Combine(SakerProcess.Root, "artifacts", "engine");
        var (code, _, error) = await SakerProcess.RunAsync("engine", "install", "--directory", installed);
        if (EngineProgram.Find(installed) is not { } program)
        {
            reason = $"there is no ClickHouse on this machine (exit code {code}): {error.Trim()}";
            return;
        }

        Program = program;
        engine = await PrivateEngine.StartAsync(Options("shared"), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync();
        }

        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The engine that tests share; skips the test where there is none.</summary>
    internal PrivateEngine Engine
    {
        get
        {
            RequireEngine();
            return engine!;
        }
    }

    /// <summary>Skips the test where there is no engine.</summary>
    internal void RequireEngine() => Assert.SkipWhen(reason is not null, reason ?? "");

    /// <summary>How a test runs an engine of its own.</summary>
    internal EngineOptions Options(string name) => new()
    {
        DataDirectory = Path.Combine(directory, name),
        Program = Program,
        HealthInterval = TimeSpan.FromMilliseconds(200),
        LongestBackOff = TimeSpan.FromSeconds(1),
        // A build machine's disk may be nearly full.
        FreeDiskBytes = 1 << 20,
    };

    /// <summary>Tables of a test's own, empty, in the engine that is shared.</summary>
    internal TestStore NewStore()
    {
        var database = $"test_{Interlocked.Increment(ref databases)}";
        var shared = Engine;
        var client = new ClickHouseClient(() => shared.Address is { } address ? address with { Database = database } : null);
        var schema = new StoreSchema(client, new Retention(36_500, 36_500), TimeProvider.System, database);
        return new TestStore(database, client, schema, new EventStore(client, schema));
    }

    /// <summary>What another program that opens the same tables wants of them.</summary>
    internal StoreSchema SchemaOf(TestStore store, Retention retention) => new(store.Client, retention, TimeProvider.System, store.Database);
}

/// <summary>Empty tables.</summary>
internal sealed record TestStore(string Database, ClickHouseClient Client, StoreSchema Schema, EventStore Events) : IDisposable
{
    public void Dispose()
    {
        Client.Dispose();
        Schema.Dispose();
    }
}
