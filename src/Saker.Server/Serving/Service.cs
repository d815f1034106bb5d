using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Saker.Detections.Windows;
using Saker.Ingest;
using Saker.Notify;
using Saker.Risk;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Endpoints.Api;
using Saker.Server.Receiving;
using Saker.Server.Telemetry;
using Saker.Spl.Text;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Engine;
using Saker.Stores.ClickHouse.Schema;

namespace Saker.Server.Serving;

/// <summary>
/// The whole server, from its configuration to its end: the journal first, then the store, the shipper between them, the ways in last. It ends in the reverse order: no more requests, the journal on disk, what waits
/// given to the store for a while, then the store.
/// </summary>
internal sealed class Service(ServeOptions options, TimeProvider clock)
{
    private static readonly TimeSpan DrainRequestsFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DrainJournalFor = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset started = clock.GetUtcNow();
    private volatile string state = "starting";

    /// <summary>Serves until cancelled, or until SIGTERM or SIGINT. Throws <see cref="ServeException"/> if it cannot start.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        var loaded = Load();
        var settings = loaded.Settings!;
        using var log = NewLog(settings);
        void Tell(string room, string message) => log.Write(LogLevel.Warning, room, message);
        var data = settings.DataDirectory;
        try
        {
            PrivateFile.CreateDirectory(data);
            using var metrics = new ServerMetrics();
            await using var journal = Journal.Open(
                new JournalOptions { Flushed = metrics.Flushed, Directory = DataDirectory.Journal(data), MostBytes = settings.Journal.MostBytes, SilentAfter = settings.Journal.SilentAfter, Report = m => Tell("journal", m) },
                options.Files,
                clock);
            using var letters = DeadLetters.Open(new DeadLetterOptions { Directory = DataDirectory.DeadLetters(data), Report = m => Tell("deadletters", m) }, options.Files, clock);
            await using var store = await OpenStoreAsync(settings, m => Tell("store", m), stop.Token).ConfigureAwait(false);
            var shipper = new Shipper(journal, store.Events, letters, new ShipperOptions { Report = m => Tell("shipper", m) }, clock);
            await ServeAsync(loaded, log, metrics, journal, letters, store, shipper, stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or DirectoryInUseException or CryptographicException)
        {
            throw new ServeException(failure.Message);
        }
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private LoadedSettings Load()
    {
        var path = options.ConfigurationPath ?? SettingsFile.Find();
        var loaded = SettingsFile.Load(path, options.Environment);
        return loaded.Settings is not null
            ? loaded
            : throw new ServeException(string.Join("\n\n", loaded.Mistakes.Select(DiagnosticRenderer.Render)), isConfiguration: true);
    }

    private ServerLog NewLog(ServerSettings settings)
    {
        var least = settings.LogLevel switch { "debug" => LogLevel.Debug, "warning" => LogLevel.Warning, "error" => LogLevel.Error, _ => LogLevel.Information };
        return new ServerLog(options.Errors, settings.LogFormat == "json" || (settings.LogFormat == "auto" && !options.IsTerminal), least, clock);
    }

    private async Task<ClickHouseStore> OpenStoreAsync(ServerSettings settings, Action<string> tell, CancellationToken cancellation)
    {
        var chosen = settings.Store;
        try
        {
            return await ClickHouseStore.OpenAsync(
                new StoreSettings
                {
                    Url = chosen.Url,
                    User = chosen.User,
                    Password = chosen.PasswordFile is { } file ? (await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)).Trim() : null,
                    AuthorityFile = chosen.AuthorityFile,
                    Engine = chosen.Url is null
                        ? new EngineOptions { DataDirectory = Path.Combine(settings.DataDirectory, "engine"), MemoryBytes = chosen.EngineMemoryBytes, Tell = tell, Clock = clock }
                        : null,
                    Retention = new Retention(chosen.EventsDays, chosen.MetricsDays),
                    Clock = clock,
                },
                cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is EngineException or SchemaException or FormatException)
        {
            throw new ServeException(failure.Message);
        }
    }

    private async Task ServeAsync(LoadedSettings loaded, ServerLog log, ServerMetrics metrics, Journal journal, DeadLetters letters, ClickHouseStore store, Shipper shipper, CancellationToken stop)
    {
        var settings = loaded.Settings!;
        using var telemetry = settings.Telemetry is { } receiver ? OwnTelemetry.Start(receiver, log) : null;
        var tokens = new TokenStore(new TokenSet(), new TokenFile(settings.DataDirectory), clock);
        var (certificates, rates) = (new CertificateCallers(), new RateLimits(clock));
        using var live = new LiveSettings(loaded, options, tokens, certificates, rates, log, clock);
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            live.Look();
        });
        using var tls = settings.Tls is { } files ? new ServerCertificates(files, clock, message => log.Write(LogLevel.Information, "tls", message)) : null;
        using var ended = new CancellationTokenSource();
        await using var notifications = new Notifications(settings.Notify, store.State, clock, message => log.Write(LogLevel.Warning, "notifications", message));
        live.Taken = taken => notifications.Use(taken.Notify);
        using var detections = new RunningDetections(
            () => live.Content, store.Events, store.State, new WindowSettings { Clock = clock }, Path.Combine(settings.DataDirectory, "lookups"), message => log.Write(LogLevel.Information, "detections", message), notifications.Source);
        shipper.OnShipped = (batch, stopping) => detections.Service.TakeAsync(batch.Events, stopping);
        var addresses = new List<string>();
        var status = new StatusSource(journal, letters, store, shipper, live, clock, started, () => state, () => addresses);
        status.Observe(metrics);
        new WorkMetrics(detections.Service, notifications).Observe(metrics);
        var ingest = new IngestOptions { DeepestNesting = settings.Limits.JsonDepth, LargestRecordBytes = settings.Limits.BodyBytes, MaskKey = MaskKey(settings), ReservedIndexes = OwnIndexes.Names, Clock = clock };
        var parts = new ServerParts
        {
            Intake = journal,
            Tokens = tokens.Tokens,
            Certificates = certificates,
            Rates = rates,
            Tls = tls,
            Metrics = metrics,
            TokenStore = tokens,
            DeadLetters = letters,
            Listeners = Listeners(settings),
            Connections = new ConnectionLimits
            {
                MostConnections = settings.Limits.Connections,
                HeadersWithin = TimeSpan.FromSeconds(settings.Limits.HeadersSeconds),
                LongestHeadersBytes = settings.Limits.HeadersBytes,
                SlowestBytesPerSecond = settings.Limits.SlowestBytesPerSecond,
            },
            Bodies = new BodyLimits(settings.Limits.BodyBytes, settings.Limits.BodiesBytes, settings.Limits.RequestEvents),
            Ingest = ingest,
            Detections = detections,
            Notifications = notifications,
            Search = new SearchService(detections.Source, () => live.Content, settings.Search, clock, ended.Token),
            IsReady = () => state == "ready",
            View = new ServerView { Status = status.Status, Sources = status.Sources },
            Logging = logging => logging.AddProvider(log),
        };
        using var ship = new CancellationTokenSource();
        var shipping = shipper.RunAsync(ship.Token);
        notifications.Start();
        using var detect = new CancellationTokenSource();
        var detecting = detections.Service.RunAsync(detect.Token);
        var listening = new SilentSourceWatch(journal.Balance, () => journal.Status.Refused, detections.Findings, clock, message => log.Write(LogLevel.Warning, "sources", message)).RunAsync(detect.Token);
        await using (var server = SakerServer.Create(parts))
        await using (FollowedFiles.Start(settings.Files, settings.DataDirectory, journal, ingest, log.CreateLogger("files")))
        {
            await server.StartAsync(stop).ConfigureAwait(false);
            addresses.AddRange(server.Addresses.Select(a => a.ToString().TrimEnd('/')));
            state = "ready";
            Greet(tokens, settings, addresses, store);
            await Task.WhenAny(shipping, detecting, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
            state = "stopping";
            log.Write(LogLevel.Information, "server", "stopping: no more requests are taken");
            await ended.CancelAsync().ConfigureAwait(false);
            using var drain = new CancellationTokenSource(DrainRequestsFor);
            await server.StopAsync(drain.Token).ConfigureAwait(false);
        }

        await DrainAsync(journal, shipping, log).ConfigureAwait(false);
        await detect.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(detecting, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ship.CancelAsync().ConfigureAwait(false);
        try
        {
            await shipping.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What was not stored yet is in the journal, what was not evaluated is owed in the ledger.
        }

        log.Write(LogLevel.Information, "server", "stopped");
    }

    /// <summary>Lets the shipper bring what waits into the store, for a while; the rest stays in the journal.</summary>
    private async Task DrainAsync(Journal journal, Task shipping, ServerLog log)
    {
        var began = clock.GetTimestamp();
        while (!shipping.IsCompleted && journal.Checkpoint.Done < journal.DurableEnd && clock.GetElapsedTime(began) < DrainJournalFor)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock).ConfigureAwait(false);
        }

        if (journal.Checkpoint.Done < journal.DurableEnd)
        {
            log.Write(LogLevel.Information, "server", "what is not stored yet waits in the journal for the next start");
        }
    }

    /// <summary>The key that makes equal secrets equal across restarts: the configured file's bytes, else one that is made once.</summary>
    private static byte[] MaskKey(ServerSettings settings)
    {
        var path = settings.MaskKeyFile ?? Path.Combine(settings.DataDirectory, "mask.key");
        if (settings.MaskKeyFile is null && !File.Exists(path))
        {
            PrivateFile.Replace(path, RandomNumberGenerator.GetBytes(32));
        }

        var key = File.ReadAllBytes(path);
        return key.Length >= 16 ? key : throw new ServeException($"{path}: a key has at least 16 bytes");
    }

    private static List<Listener> Listeners(ServerSettings settings)
    {
        var listeners = new List<Listener> { new(IPEndPoint.Parse(settings.Listen)) };
        if (settings.ListenGrpc is { } grpc)
        {
            listeners.Add(new Listener(IPEndPoint.Parse(grpc), IsGrpc: true));
        }

        return listeners;
    }

    /// <summary>Tells where it listens. The very first time there is no token at all: one is made and shown, this once.</summary>
    private void Greet(TokenStore tokens, ServerSettings settings, List<string> addresses, ClickHouseStore store)
    {
        var output = options.Output;
        var version = typeof(Service).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        output.WriteLine($"saker {version} listens on {string.Join(" and ", addresses)}");
        output.WriteLine($"events are kept in {store.Where}, the journal in {settings.DataDirectory}");
        if (settings.Tls is null && !IPAddress.IsLoopback(IPEndPoint.Parse(settings.Listen).Address))
        {
            output.WriteLine("warning: tokens and events cross the network unencrypted; set `tls`, or put a proxy in front that ends TLS");
        }

        if (!tokens.Tokens.Entries.Any(t => t.Name != ClientFile.TokenName))
        {
            var token = tokens.Create("default", Scopes.All, null, TokenRules.Default);
            output.WriteLine($"token: {token}");
            output.WriteLine("       (shown this once; it may do everything. More: saker token create NAME)");
        }

        var url = addresses[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);
        var client = ClientFile.Load(settings.DataDirectory);
        if (client is null || tokens.Tokens.Find(client.Token) is null)
        {
            tokens.Revoke(ClientFile.TokenName);
            client = tokens.Create(ClientFile.TokenName, Scopes.Read | Scopes.Admin, null, TokenRules.Default) is { } made ? new ClientFile(url, made) : null;
        }

        (client is null ? null : client with { Url = url })?.Save(settings.DataDirectory);
        output.Flush();
    }
}
