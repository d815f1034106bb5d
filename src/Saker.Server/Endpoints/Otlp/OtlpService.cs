using Google.Protobuf;
using Saker.Ingest;
using Saker.Ingest.Otlp.Proto;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Endpoints.Otlp;

/// <summary>What an export carries.</summary>
internal enum OtlpSignal
{
    Logs,
    Metrics,
}

/// <summary>What became of an export, for either transport to say in its own words.</summary>
/// <param name="Code">The gRPC code; OK when it was kept.</param>
/// <param name="Message">Why not, or why a part was rejected; else empty.</param>
/// <param name="Rejected">Records or points that could not be read, of an export that was kept.</param>
/// <param name="RetryAfter">How long to wait before the same export may come again; null if it never may.</param>
internal sealed record OtlpAnswer(GrpcCode Code, string Message = "", long Rejected = 0, TimeSpan? RetryAfter = null)
{
    /// <summary>The response message of an export that was kept.</summary>
    public IMessage Response(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs when Rejected > 0 => new LogsResponse { PartialSuccess = new LogsPartialSuccess { RejectedLogRecords = Rejected, ErrorMessage = Message } },
        OtlpSignal.Logs => new LogsResponse(),
        _ when Rejected > 0 => new MetricsResponse { PartialSuccess = new MetricsPartialSuccess { RejectedDataPoints = Rejected, ErrorMessage = Message } },
        _ => new MetricsResponse(),
    };

    /// <summary>The <c>google.rpc.Status</c> of one that was not.</summary>
    public Status Status()
    {
        var status = new Status { Code = (int)Code, Message = Message };
        if (RetryAfter is { } wait)
        {
            var info = new RetryInfo { RetryDelay = new Delay { Seconds = (long)wait.TotalSeconds, Nanos = wait.Milliseconds * 1_000_000 } };
            status.Details.Add(new Detail { TypeUrl = "type.googleapis.com/google.rpc.RetryInfo", Value = info.ToByteString() });
        }

        return status;
    }
}

/// <summary>Takes exports of OTLP, whatever they came over.</summary>
internal sealed class OtlpService(Receiver receiver)
{
    /// <summary>Decodes an export and answers when it is on disk. Throws <see cref="BodyRefusedException"/>.</summary>
    public async Task<OtlpAnswer> ExportAsync(OtlpSignal signal, bool isJson, ReceivedBody body, Caller caller)
    {
        using var batch = receiver.Begin("otlp", caller);
        var wrapping = caller.Wrapping;
        if (isJson)
        {
            if (OtlpJson.WhyNot(signal, body.Bytes) is { } reason)
            {
                return new OtlpAnswer(GrpcCode.InvalidArgument, reason);
            }

            batch.Decode(body, body.Bytes, wrapping);
        }
        else
        {
            try
            {
                batch.Decode(body.Bytes, wrapping, signal == OtlpSignal.Logs ? OtlpProtobuf.DecodeLogs : OtlpProtobuf.DecodeMetrics);
            }
            catch (WireException refused)
            {
                return new OtlpAnswer(refused.IsTooLarge ? GrpcCode.ResourceExhausted : GrpcCode.InvalidArgument, refused.Message);
            }
        }

        var answer = await receiver.KeepAsync(batch).ConfigureAwait(false);
        return answer.Status == IntakeStatus.Kept
            ? new OtlpAnswer(GrpcCode.Ok, batch.LastRejected?.Reason ?? "", batch.RejectedCount)
            : new OtlpAnswer(GrpcCode.Unavailable, answer.Why, RetryAfter: answer.RetryAfter);
    }

    /// <summary>A body that was not taken.</summary>
    public static OtlpAnswer Refused(BodyRefusedException refused) => refused.Fault switch
    {
        BodyFault.TooLarge => new OtlpAnswer(GrpcCode.ResourceExhausted, refused.Message),
        BodyFault.UnknownEncoding => new OtlpAnswer(GrpcCode.Unimplemented, refused.Message),
        BodyFault.NoRoom or BodyFault.OverRate => new OtlpAnswer(GrpcCode.Unavailable, refused.Message, RetryAfter: refused.RetryAfter),
        _ => new OtlpAnswer(GrpcCode.InvalidArgument, refused.Message),
    };
}
