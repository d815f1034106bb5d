namespace Saker.Server.Receiving;

/// <summary>How large a request's body may be.</summary>
/// <param name="LargestBytes">As sent, and again once decompressed.</param>
/// <param name="BytesAtOnce">Of all requests together that are being read or kept; beyond it senders are told to try again.</param>
/// <param name="MostEvents">In one request: an event takes memory however short it is.</param>
internal sealed record BodyLimits(int LargestBytes = 64 * 1024 * 1024, long BytesAtOnce = 192L * 1024 * 1024, int MostEvents = 250_000);

/// <summary>Why a body was not taken.</summary>
internal enum BodyFault
{
    /// <summary>Larger than the limit, as sent or decompressed, or of too many events: 413.</summary>
    TooLarge,

    /// <summary>A Content-Encoding that we do not read: 415.</summary>
    UnknownEncoding,

    /// <summary>It is not what its Content-Encoding says, or breaks off: 400.</summary>
    Broken,

    /// <summary>Too much is being read at the moment; the same body may come again: 503 with Retry-After, or the protocol's word for it.</summary>
    NoRoom,

    /// <summary>The token sent more than its share: 429 with Retry-After.</summary>
    OverRate,
}

/// <summary>A body that is not taken.</summary>
internal sealed class BodyRefusedException(BodyFault fault, string message) : Exception(message)
{
    public BodyFault Fault { get; } = fault;

    /// <summary>How long the sender should wait, where waiting helps.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
