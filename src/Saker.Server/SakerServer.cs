using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Notify;
using Saker.Risk;
using Saker.Server.Auth;
using Saker.Server.Endpoints;
using Saker.Server.Endpoints.Api;
using Saker.Server.Endpoints.Hec;
using Saker.Server.Endpoints.Otlp;
using Saker.Server.Receiving;
using Saker.Server.Serving;
using Saker.Server.Telemetry;
using Saker.Stores;

namespace Saker.Server;

/// <summary>What a server is made of. What is behind it (journal, shipper, store) is started and stopped by who makes these.</summary>
internal sealed record ServerParts
{
    public required IIntake Intake { get; init; }

    public required TokenSet Tokens { get; init; }

    public CertificateCallers Certificates { get; init; } = new();

    public IReadOnlyList<Listener> Listeners { get; init; } = [new Listener(new(System.Net.IPAddress.Loopback, 8088))];

    public ConnectionLimits Connections { get; init; } = new();

    public BodyLimits Bodies { get; init; } = new();

    public IngestOptions Ingest { get; init; } = new() { DeepestNesting = 1000 };

    public RateLimits Rates { get; init; } = new(TimeProvider.System);

    /// <summary>What TLS connections are answered with; null for none.</summary>
    public ServerCertificates? Tls { get; init; }

    public ServerMetrics Metrics { get; init; } = new();

    /// <summary>Searches over the store; null where there is no store to search.</summary>
    public SearchService? Search { get; init; }

    /// <summary>Tokens that the API may make and revoke; null where it may not.</summary>
    public TokenStore? TokenStore { get; init; }

    /// <summary>What could not be read or stored; null where nothing keeps that.</summary>
    public DeadLetters? DeadLetters { get; init; }

    /// <summary>Detections at work; null where none run.</summary>
    public RunningDetections? Detections { get; init; }

    /// <summary>Outputs at work; null where none are.</summary>
    public Notifications? Notifications { get; init; }

    public ServerView View { get; init; } = new();

    /// <summary>Whether <c>/readyz</c> says yes.</summary>
    public Func<bool> IsReady { get; init; } = () => true;

    public Action<ILoggingBuilder> Logging { get; init; } = _ => { };
}

/// <summary>The HTTP server: Kestrel, the middle that every request passes, the endpoints. Reads no settings of its own (no appsettings.json, no ASPNETCORE_ variables).</summary>
internal sealed class SakerServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SakerServer(WebApplication app) => this.app = app;

    /// <summary>The addresses it listens on, with the ports that were taken; in the order of the listeners.</summary>
    public IReadOnlyList<Uri> Addresses => [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];

    /// <summary>Every method and path that is mapped.</summary>
    public IReadOnlyList<(string Method, string Path)> Routes =>
    [
        .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(m => (m, e.RoutePattern.RawText!)) ?? []),
    ];

    public static SakerServer Create(ServerParts parts)
    {
        parts = parts with { Ingest = parts.Ingest with { ReservedIndexes = OwnIndexes.Names } };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        parts.Logging(builder.Logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, parts));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(new HecChannels(parts.Ingest.Clock));
        var bodies = new BodyReader(parts.Bodies);
        builder.Services.AddSingleton(bodies);
        builder.Services.AddSingleton(new Receiver(parts.Intake, bodies, parts.Ingest, parts.Rates, parts.Metrics));
        builder.Services.AddSingleton(parts.View);
        builder.Services.AddSingleton(_ => new PrometheusText(parts.Metrics));
        if (parts.Search is not null)
        {
            builder.Services.AddSingleton(parts.Search);
        }

        if (parts.TokenStore is not null)
        {
            builder.Services.AddSingleton(parts.TokenStore);
        }

        if (parts.DeadLetters is not null)
        {
            builder.Services.AddSingleton(_ => new DeadLetterReplay(parts.DeadLetters, parts.Intake, parts.Ingest));
            builder.Services.AddSingleton(parts.DeadLetters);
        }

        builder.Services.AddSingleton<OtlpService>();
        if (parts.Detections is not null)
        {
            builder.Services.AddSingleton(parts.Detections);
            builder.Services.AddSingleton(parts.Ingest.Clock);
        }

        if (parts.Notifications is not null)
        {
            builder.Services.AddSingleton(parts.Notifications);
        }

        var app = builder.Build();
        app.Services.GetRequiredService<PrometheusText>();
        app.UseRouting();
        app.Use(new Measuring(parts.Metrics).InvokeAsync);
        app.Use(new Faults(app.Services.GetRequiredService<ILogger<Faults>>()).InvokeAsync);
        app.Use(new Authentication(parts.Tokens, parts.Certificates, parts.Metrics).InvokeAsync);
        Map(app, parts);
        return new SakerServer(app);
    }

    public Task StartAsync(CancellationToken cancellation) => app.StartAsync(cancellation);

    /// <summary>Takes no new requests and lets those under way end.</summary>
    public Task StopAsync(CancellationToken cancellation) => app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>The ways in and out, a protocol a file.</summary>
    private static void Map(IEndpointRouteBuilder routes, ServerParts parts)
    {
        HealthEndpoints.Map(routes, parts.IsReady);
        HecEndpoints.Map(routes, parts.IsReady);
        AuditEndpoint.Map(routes);
        FalcoEndpoint.Map(routes);
        OtlpHttpEndpoint.Map(routes);
        OtlpGrpcEndpoint.Map(routes);
        SignalFxEndpoint.Map(routes);
        FirehoseEndpoint.Map(routes);
        StatusEndpoints.Map(routes);
        if (parts.Search is not null)
        {
            SearchEndpoint.Map(routes);
        }

        if (parts.TokenStore is not null)
        {
            TokenEndpoints.Map(routes);
        }

        if (parts.DeadLetters is not null)
        {
            DeadLetterEndpoints.Map(routes);
        }

        if (parts.Detections is not null)
        {
            DetectionEndpoints.Map(routes);
            BacktestEndpoint.Map(routes);
            FindingEndpoints.Map(routes);
            ExceptionEndpoints.Map(routes);
        }

        if (parts.Notifications is not null)
        {
            NotificationEndpoints.Map(routes);
        }
    }

    private static void Configure(KestrelServerOptions kestrel, ServerParts parts)
    {
        var limits = kestrel.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        limits.MaxConcurrentConnections = parts.Connections.MostConnections;
        limits.MaxRequestBodySize = parts.Bodies.LargestBytes;
        limits.RequestHeadersTimeout = parts.Connections.HeadersWithin;
        limits.KeepAliveTimeout = parts.Connections.IdleFor;
        limits.MaxRequestHeadersTotalSize = parts.Connections.LongestHeadersBytes;
        limits.MaxRequestHeaderCount = parts.Connections.MostHeaders;
        limits.MinRequestBodyDataRate = new MinDataRate(parts.Connections.SlowestBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(parts.Connections.SlowestBytesPerSecond, TimeSpan.FromSeconds(5));
        foreach (var listener in parts.Listeners)
        {
            kestrel.Listen(listener.Address, listen => Configure(listen, listener, parts.Tls));
        }
    }

    /// <summary>With TLS both kinds of HTTP are offered on every port. The options are asked for at each handshake, so that a new certificate needs no restart.</summary>
    private static void Configure(ListenOptions listen, Listener listener, ServerCertificates? tls)
    {
        if (tls is null)
        {
            listen.Protocols = listener.IsGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
            return;
        }

        listen.Protocols = listener.IsGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.Options()), HandshakeTimeout = TimeSpan.FromSeconds(10) });
    }
}
