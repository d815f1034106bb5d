using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Saker.Content;
using Saker.Server;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Endpoints.Api;

namespace Saker.Tests.Server;

/// <summary>A server on a random loopback port, with an intake in memory: for tests of protocols.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    /// <summary>Of a token that may do everything, called <c>test</c>.</summary>
    public const string Token = "skr_0123456789abcdefghijklmnopqrstuvwxyzABCDEF";

    private readonly SakerServer server;

    private ServerHost(SakerServer server, MemoryIntake intake, TokenSet tokens)
    {
        (this.server, Intake, Tokens) = (server, intake, tokens);
        Client = new HttpClient { BaseAddress = server.Addresses[0] };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public MemoryIntake Intake { get; }

    public TokenSet Tokens { get; }

    /// <summary>What searches read.</summary>
    public HeldEvents Events { get; private init; } = new();

    /// <summary>Every method and path that is mapped.</summary>
    public IReadOnlyList<(string Method, string Path)> Routes => server.Routes;

    /// <summary>Sends to the first listener with <see cref="Token"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>In the order of the listeners; the second is that of gRPC.</summary>
    public IReadOnlyList<Uri> Addresses => server.Addresses;

    public static async Task<ServerHost> StartAsync(Func<ServerParts, ServerParts>? change = null, params TokenEntry[] more)
    {
        var intake = new MemoryIntake();
        var tokens = new TokenSet([Entry("test", Token, Scopes.All), .. more]);
        var parts = new ServerParts
        {
            Intake = intake,
            Tokens = tokens,
            Listeners = [new Listener(new IPEndPoint(IPAddress.Loopback, 0)), new Listener(new IPEndPoint(IPAddress.Loopback, 0), IsGrpc: true)],
        };
        var server = SakerServer.Create(change?.Invoke(parts) ?? parts);
        await server.StartAsync(CancellationToken.None);
        return new ServerHost(server, intake, tokens);
    }

    /// <summary>With searches over <see cref="Events"/>, and tokens in a file.</summary>
    public static Task<ServerHost> StartWithApiAsync(SearchSettings search, params TokenEntry[] more) => StartWithApiAsync(search, parts => parts, more);

    /// <summary>The same, changed.</summary>
    public static async Task<ServerHost> StartWithApiAsync(SearchSettings search, Func<ServerParts, ServerParts> change, params TokenEntry[] more)
    {
        var (events, directory) = (new HeldEvents(), new ServerDirectory());
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        var host = await StartAsync(
            parts =>
            {
                var store = new TokenStore(parts.Tokens, new TokenFile(directory.Path), TimeProvider.System);
                store.Configure(parts.Tokens.Entries);
                return change(parts with { TokenStore = store, Search = new SearchService(events, () => content, search, TimeProvider.System, CancellationToken.None) });
            },
            more);
        return new ServerHost(host.server, host.Intake, host.Tokens) { Events = events };
    }

    public static TokenEntry Entry(string name, string token, Scopes scopes, string? cluster = null, TokenRules? rules = null) =>
        new(name, TokenHash.Of(token), scopes, cluster, rules ?? TokenRules.Default);

    /// <summary>Posts a text; the answer's status and text.</summary>
    public async Task<(int Status, string Text)> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await server.StopAsync(soon.Token);
        await server.DisposeAsync();
    }
}
