using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Server.Endpoints;
using Saker.Server.Endpoints.Hec;
using Saker.Server.Endpoints.Otlp;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server;

/// <summary>What a server is made of. What is behind it (journal, shipper, store) is started and stopped by who makes these.</summary>
internal sealed record ServerParts
{
    public required IIntake Intake { get; init; }

    public required TokenSet Tokens { get; init; }

    public CertificateCallers Certificates { get; init; } = CertificateCallers.None;

    public IReadOnlyList<Listener> Listeners { get; init; } = [new Listener(new(System.Net.IPAddress.Loopback, 8088))];

    public ConnectionLimits Connections { get; init; } = new();

    public BodyLimits Bodies { get; init; } = new();

    public IngestOptions Ingest { get; init; } = new();

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

    public static SakerServer Create(ServerParts parts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        parts.Logging(builder.Logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, parts));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(new HecChannels(parts.Ingest.Clock));
        builder.Services.AddSingleton(new Receiver(parts.Intake, new BodyReader(parts.Bodies), parts.Ingest));
        builder.Services.AddSingleton<OtlpService>();
        var app = builder.Build();
        app.UseRouting();
        app.Use(new Faults(app.Services.GetRequiredService<ILogger<Faults>>()).InvokeAsync);
        app.Use(new Authentication(parts.Tokens, parts.Certificates).InvokeAsync);
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
            kestrel.Listen(listener.Address, listen => listen.Protocols = listener.IsGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        }
    }
}
