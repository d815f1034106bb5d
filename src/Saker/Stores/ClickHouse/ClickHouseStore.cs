using Saker.Stores.ClickHouse.Engine;
using Saker.Stores.ClickHouse.Schema;

namespace Saker.Stores.ClickHouse;

/// <summary>Which ClickHouse keeps the events, and for how long.</summary>
internal sealed record StoreSettings
{
    /// <summary>A server (<c>store.url</c>); null for a private engine.</summary>
    public string? Url { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A PEM file of the certificates to trust for https; null for the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The private engine, where <see cref="Url"/> is null.</summary>
    public EngineOptions? Engine { get; init; }

    public Retention Retention { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>The store as one thing to open and to close: the private engine or a server, its tables, and what is kept in them.</summary>
internal sealed class ClickHouseStore : IAsyncDisposable
{
    private readonly StoreSchema schema;

    private ClickHouseStore(StoreSettings settings, PrivateEngine? engine)
    {
        Engine = engine;
        var server = settings.Url is { } url ? StoreAddress.OfServer(url, settings.User, settings.Password) : null;
        Where = server?.ToString() ?? settings.Engine!.DataDirectory;
        Client = new ClickHouseClient(() => server ?? engine!.Address, settings.AuthorityFile);
        schema = new StoreSchema(Client, settings.Retention, settings.Clock, server?.Database ?? "default");
        Events = new EventStore(Client, schema);
        State = new StateStore(Client, schema);
    }

    /// <summary>The private engine; null with a server.</summary>
    public PrivateEngine? Engine { get; }

    public ClickHouseClient Client { get; }

    public EventStore Events { get; }

    public StateStore State { get; }

    /// <summary>Where it is, for people.</summary>
    public string Where { get; }

    /// <summary>
    /// Opens the store. A private engine is started and its tables are made before this returns. A server need not answer yet: its tables are made
    /// when it first does, and until then inserts and reads say that it is not there.
    /// </summary>
    /// <exception cref="EngineException">The private engine cannot be found or started.</exception>
    /// <exception cref="SchemaException">The tables are those of a newer program.</exception>
    /// <exception cref="FormatException">The server's address is none.</exception>
    public static async Task<ClickHouseStore> OpenAsync(StoreSettings settings, CancellationToken cancellation)
    {
        var engine = settings.Url is null ? await PrivateEngine.StartAsync(settings.Engine!, cancellation).ConfigureAwait(false) : null;
        var store = new ClickHouseStore(settings, engine);
        try
        {
            await store.schema.EnsureAsync(cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException) when (engine is null)
        {
            // Events wait in the journal until it is there.
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return store;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        schema.Dispose();
        if (Engine is not null)
        {
            await Engine.DisposeAsync().ConfigureAwait(false);
        }
    }
}
