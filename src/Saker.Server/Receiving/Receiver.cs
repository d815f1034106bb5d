using Microsoft.AspNetCore.Http;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Server.Telemetry;
using Saker.Stores;

namespace Saker.Server.Receiving;

/// <summary>What every way in has in common: the body within its limits, its events in a batch, the batch in the journal.</summary>
internal sealed class Receiver(IIntake intake, BodyReader bodies, IngestOptions options, RateLimits rates, ServerMetrics metrics)
{
    private readonly DecoderPool decoders = new(options);

    public BodyReader Bodies => bodies;

    public TimeProvider Clock => options.Clock;

    /// <summary>
    /// Begins the batch of a request. With the protocol <c>hec</c> and the token <c>ci</c> the balance calls its source <c>hec/ci</c>. It is irreplaceable if the sender will not try again.
    /// </summary>
    public BatchBuilder Begin(string protocol, Caller caller, bool isIrreplaceable = false) =>
        new($"{protocol}/{caller.Name}", caller.Cluster, isIrreplaceable, decoders, DateOnly.FromDateTime(options.Clock.GetUtcNow().UtcDateTime), new EventRoom(bodies.Room, bodies.Limits.MostEvents));

    /// <summary>
    /// Hands the batch over; answers when it is on disk. A sender that hangs up now may send it again, so it is kept to the end all the same.
    /// </summary>
    public async ValueTask<IntakeAnswer> KeepAsync(BatchBuilder batch)
    {
        var answer = await intake.TakeAsync(batch.Build(), CancellationToken.None).ConfigureAwait(false);
        if (answer.Status == IntakeStatus.Kept)
        {
            metrics.Received(batch.Source, batch.Bytes, batch.TruncatedCount);
        }

        return answer;
    }

    /// <summary>The body of a request, whole and decompressed. Throws <see cref="BodyRefusedException"/>.</summary>
    public async Task<ReceivedBody> ReadAsync(HttpContext context)
    {
        var caller = context.Caller();
        rates.Check(caller);
        var body = await bodies.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        rates.Pay(caller, body.Bytes.Length);
        return body;
    }
}
