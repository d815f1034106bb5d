using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Saker.Server.Receiving;

/// <summary>Reads bodies whole, decompressed, within the limits: a bomb is refused when it has unfolded to the limit, not after.</summary>
internal sealed class BodyReader(BodyLimits limits)
{
    public BodyRoom Room { get; } = new(limits.BytesAtOnce);

    public BodyLimits Limits => limits;

    /// <summary>The body of a request. Throws <see cref="BodyRefusedException"/>.</summary>
    public async Task<ReceivedBody> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > limits.LargestBytes)
        {
            throw TooLarge(request);
        }

        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var isPlain = encoding is "" or "identity";
        using var unfolding = Unfold(request.Body, encoding);
        var body = new ReceivedBody(Room);
        try
        {
            await body.ReadAsync(unfolding ?? request.Body, limits.LargestBytes, isPlain ? request.ContentLength ?? 0 : 0, cancellation).ConfigureAwait(false);
            return body;
        }
        catch (Exception failure)
        {
            body.Dispose();
            throw failure switch
            {
                InvalidDataException => new BodyRefusedException(BodyFault.Broken, $"the body is no sound {encoding}"),
                // The framework says so of a chunk's size that is no number it can hold.
                IOException and not BadHttpRequestException when !request.HttpContext.RequestAborted.IsCancellationRequested => new BodyRefusedException(BodyFault.Broken, "the body's chunks cannot be read"),
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } or BodyRefusedException { Fault: BodyFault.TooLarge } => TooLarge(request),
                _ => failure,
            };
        }
    }

    /// <summary>Decompresses what a protocol compressed inside its body (a gRPC message). Throws <see cref="BodyRefusedException"/>.</summary>
    public async Task<ReceivedBody> InflateAsync(ReadOnlyMemory<byte> compressed, string encoding, CancellationToken cancellation)
    {
        using var source = new BodyStream(compressed);
        using var unfolding = Unfold(source, encoding);
        var body = new ReceivedBody(Room);
        try
        {
            await body.ReadAsync(unfolding ?? source, limits.LargestBytes, 0, cancellation).ConfigureAwait(false);
            return body;
        }
        catch (Exception failure)
        {
            body.Dispose();
            throw failure is InvalidDataException ? new BodyRefusedException(BodyFault.Broken, $"the message is no sound {encoding}") : failure;
        }
    }

    /// <summary>The rest of such a body is not read, so the connection ends; a client that is told so does not send its next request on it.</summary>
    private BodyRefusedException TooLarge(HttpRequest request)
    {
        if (HttpProtocol.IsHttp11(request.Protocol))
        {
            request.HttpContext.Response.Headers.Connection = "close";
        }

        return new BodyRefusedException(BodyFault.TooLarge, $"the body is larger than {limits.LargestBytes:#,0} bytes");
    }

    private static Stream? Unfold(Stream from, string encoding) => encoding switch
    {
        "" or "identity" => null,
        "gzip" or "x-gzip" => new GZipStream(from, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(from, CompressionMode.Decompress, leaveOpen: true),
        _ => throw new BodyRefusedException(BodyFault.UnknownEncoding, $"Content-Encoding `{(encoding.Length > 40 ? encoding[..40] : encoding)}` is not read; gzip, deflate and identity are"),
    };
}
