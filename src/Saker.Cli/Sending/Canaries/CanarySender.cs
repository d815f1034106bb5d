using System.Net;
using System.Net.Http.Headers;

namespace Saker.Cli.Sending.Canaries;

/// <summary>Sends marked events to a server with a token that may do nothing else.</summary>
internal sealed class CanarySender(Uri server, Uri? grpc, string token, string? file, TimeProvider clock) : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Why a way cannot be tried; null if it can.</summary>
    public string? WhyNot(CanaryWay way) => way.Name switch
    {
        CanaryWay.File when file is null => "name a file that the server follows: --file PATH",
        CanaryWay.Grpc when grpc is null => "the server listens for no gRPC",
        _ => null,
    };

    /// <summary>Null if the event was taken; else why not.</summary>
    public async Task<string?> SendAsync(CanaryWay way, string mark, CancellationToken cancellation)
    {
        var body = way.BodyOf(mark, clock.GetUtcNow());
        try
        {
            if (way.Name == CanaryWay.File)
            {
                await File.AppendAllBytesAsync(file!, body, cancellation).ConfigureAwait(false);
                return null;
            }

            var isGrpc = way.Name == CanaryWay.Grpc;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(isGrpc ? grpc! : server, way.Path))
            {
                Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(way.ContentType) } },
                Version = isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = isGrpc ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
            };
            request.Headers.TryAddWithoutValidation("Authorization", way.Name == "hec" ? $"Splunk {token}" : $"Bearer {token}");
            using var answer = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            var text = isGrpc ? "" : await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return !answer.IsSuccessStatusCode ? $"{(int)answer.StatusCode} {answer.ReasonPhrase} {(text.Length > 200 ? text[..200] : text).Trim()}".TrimEnd()
                : isGrpc && StatusOf(answer) is var status and not "0" ? $"grpc-status {status}"
                : null;
        }
        catch (HttpRequestException failure)
        {
            return failure.GetBaseException().Message;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {client.Timeout.TotalSeconds:0} s";
        }
    }

    public void Dispose() => client.Dispose();

    private static string StatusOf(HttpResponseMessage answer)
    {
        var headers = answer.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer : answer.Headers.TryGetValues("grpc-status", out var header) ? header : [];
        var status = headers.FirstOrDefault() ?? "missing";
        return status == "0" || !answer.TrailingHeaders.TryGetValues("grpc-message", out var message) ? status : $"{status}: {Uri.UnescapeDataString(message.First())}";
    }
}
