using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Saker.Stores.ClickHouse;

/// <summary>
/// ClickHouse over HTTP: statements, inserts and streamed reads. Whatever goes wrong is a <see cref="StoreUnavailableException"/> (try again) or a
/// <see cref="StoreRefusedException"/> (this data never goes in).
/// </summary>
internal sealed class ClickHouseClient : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Func<StoreAddress?> address;
    private readonly HttpClient http;

    /// <param name="address">Where to ask, at each request anew: the private engine moves when it is started again. Null while it is down.</param>
    /// <param name="authority">A PEM file with the certificates to trust for https, in place of the system's.</param>
    public ClickHouseClient(Func<StoreAddress?> address, string? authority = null)
    {
        this.address = address;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (authority is not null)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(authority);
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(trusted);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Runs a statement and returns what it says.</summary>
    public Task<string> ExecuteAsync(string sql, CancellationToken cancellation) => ExecuteAsync(sql, [], cancellation);

    /// <summary>The same with settings of ClickHouse's.</summary>
    public async Task<string> ExecuteAsync(string sql, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancellation)
    {
        using var content = new StringContent(sql);
        using var response = await SendAsync(content, null, settings, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Inserts what <paramref name="write"/> writes: <paramref name="sql"/> ends in <c>FORMAT RowBinary</c>.</summary>
    public async Task InsertAsync(string sql, Action<RowBinaryWriter> write, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancellation)
    {
        using var content = new RowBinaryContent(write, Address().IsRemote);
        using var response = await SendAsync(content, sql, settings, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs a query; its rows are read as they come. The engine stops when the reader is disposed.</summary>
    public RowBinaryReader Query(string sql, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancellation)
    {
        var request = Request(new StringContent(sql), null, settings);
        HttpResponseMessage? response = null;
        try
        {
            // Rows are pulled by engines that do not await; so is the connection.
            response = http.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                using var text = new StreamReader(response.Content.ReadAsStream(cancellation));
                throw Failure(response, text.ReadToEnd());
            }

            return new RowBinaryReader(response, cancellation);
        }
        catch (Exception failure) when (IsTransport(failure))
        {
            response?.Dispose();
            throw Unreachable(failure);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Whether the way to the store failed, and not the store.</summary>
    public static bool IsTransport(Exception failure) => failure is HttpRequestException or HttpIOException or IOException or AuthenticationException or System.Net.Sockets.SocketException;

    /// <summary>A failed way to the store in words.</summary>
    public static StoreUnavailableException Unreachable(Exception failure) => new($"the store cannot be reached: {failure.GetBaseException().Message}", failure);

    private StoreAddress Address() => address() ?? throw new StoreUnavailableException("the store is starting");

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, string? sql, IReadOnlyList<KeyValuePair<string, string>> settings, HttpCompletionOption completion, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        using var request = Request(content, sql, settings);
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, completion, limit.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && !response.Headers.Contains("X-ClickHouse-Exception-Code"))
            {
                return response;
            }

            throw Failure(response, await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            response?.Dispose();
            throw new StoreUnavailableException($"the store did not answer within {Longest.TotalMinutes:0} minutes");
        }
        catch (Exception failure) when (IsTransport(failure))
        {
            response?.Dispose();
            throw Unreachable(failure);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    /// <summary>A statement goes in the body, since addresses are short; where the body is data, before it in the address.</summary>
    private HttpRequestMessage Request(HttpContent content, string? sql, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var target = Address();
        var query = new StringBuilder(target.Url.ToString()).Append('?');
        foreach (var (name, value) in (IEnumerable<KeyValuePair<string, string>>)[.. settings.Any(s => s.Key == "database") ? [] : (KeyValuePair<string, string>[])[new("database", target.Database)], .. sql is null ? [] : (KeyValuePair<string, string>[])[new("query", sql)], .. settings])
        {
            query.Append(name).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
        }

        query.Append(target.IsRemote ? "enable_http_compression=1" : "enable_http_compression=0");

        var request = new HttpRequestMessage(HttpMethod.Post, query.ToString()) { Content = content };
        foreach (var (name, value) in target.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Exception Failure(HttpResponseMessage response, string text)
    {
        var code = response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var codes) && int.TryParse(codes.FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : 0;
        return ClickHouseErrors.Of(code, text.Length > 0 ? text : $"status {(int)response.StatusCode}");
    }

    /// <summary>A body that is written while it is sent.</summary>
    private sealed class RowBinaryContent : HttpContent
    {
        private readonly Action<RowBinaryWriter> write;
        private readonly bool isCompressed;

        public RowBinaryContent(Action<RowBinaryWriter> write, bool isCompressed)
        {
            (this.write, this.isCompressed) = (write, isCompressed);
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            if (isCompressed)
            {
                Headers.ContentEncoding.Add("gzip");
            }
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var target = isCompressed ? new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true) : stream;
            await using (isCompressed ? target : Stream.Null)
            {
                using var writer = new RowBinaryWriter(target);
                write(writer);
                writer.Flush();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
