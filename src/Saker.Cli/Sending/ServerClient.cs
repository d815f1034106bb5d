using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Saker.Cli.Commands;
using Saker.Server.Serving;

namespace Saker.Cli.Sending;

/// <summary>
/// Asks a server: the one that <c>SAKER_URL</c> and <c>SAKER_TOKEN</c> name, else that of this machine, by the <c>client.json</c> that it left in its data directory.
/// </summary>
internal sealed class ServerClient : IDisposable
{
    private const string UrlVariable = "SAKER_URL";
    private const string TokenVariable = "SAKER_TOKEN";
    private readonly HttpClient client;

    private ServerClient(string url, string token)
    {
        Url = url;
        client = new HttpClient { BaseAddress = new Uri(url.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Url { get; }

    /// <summary>Throws <see cref="UsageException"/> where no server is known.</summary>
    public static ServerClient Open() =>
        TryOpen() ?? throw new UsageException($"no server of this machine is known: start `saker serve`, or set {UrlVariable} and {TokenVariable}");

    /// <summary>Null where no server is known.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ServerClient? TryOpen()
    {
        var (url, token) = (Environment.GetEnvironmentVariable(UrlVariable), Environment.GetEnvironmentVariable(TokenVariable));
        if (!string.IsNullOrEmpty(url) || !string.IsNullOrEmpty(token))
        {
            if (string.IsNullOrEmpty(url) || string.IsNullOrEmpty(token))
            {
                throw new UsageException($"set both {UrlVariable} and {TokenVariable}, or neither for the server of this machine");
            }

            return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
                ? new ServerClient(url, token)
                : throw new UsageException($"{UrlVariable}={url}: write it as https://saker.example.com:8088");
        }

        return ClientFile.Load(TokenCommand.Directory(null, null)) is { } file ? new ServerClient(file.Url, file.Token) : null;
    }

    /// <summary>Gets a JSON document.</summary>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation).ConfigureAwait(false);
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Asks for a change; the answer is a JSON document.</summary>
    public async Task<JsonDocument> ChangeAsync(HttpMethod method, string path, string json, CancellationToken cancellation)
    {
        using var answer = await SendAsync(new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, cancellation).ConfigureAwait(false);
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Begins a search; its rows are read as they come.</summary>
    public Task<HttpResponseMessage> SearchAsync(string search, string? earliest, string? latest, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new Dictionary<string, string?> { ["search"] = search, ["earliest"] = earliest, ["latest"] = latest });
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/v1/events/search") { Content = new StringContent(body, Encoding.UTF8, "application/json") }, cancellation);
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new ServerException($"{Url}: {failure.GetBaseException().Message}{(failure.HttpRequestError == HttpRequestError.ConnectionError ? $"; does the server run? (`saker serve`, or {UrlVariable} for another)" : "")}", 0);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        throw new ServerException(
            (Reason(text) ?? $"{Url} answered {(int)answer.StatusCode}") + (answer.StatusCode == System.Net.HttpStatusCode.Unauthorized ? $" at {Url}: see {TokenVariable}, or client.json in the data directory" : ""), (int)answer.StatusCode);
    }

    /// <summary>What a server says is wrong, with the place in a search where it shows one.</summary>
    private static string? Reason(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("mistakes", out var mistakes) ? string.Join("\n\n", mistakes.EnumerateArray().Select(m => m.GetProperty("shown").GetString()))
                : json.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>A server did not do what it was asked.</summary>
internal sealed class ServerException(string message, int status) : Exception(message)
{
    /// <summary>0 if it was not reached.</summary>
    public int Status { get; } = status;
}
