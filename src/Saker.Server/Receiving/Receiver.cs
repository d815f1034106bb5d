using Microsoft.AspNetCore.Http;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Stores;

namespace Saker.Server.Receiving;

/// <summary>What every way in has in common: the body within its limits, its events in a batch, the batch in the journal.</summary>
internal sealed class Receiver(IIntake intake, BodyReader bodies, IngestOptions options)
{
    private readonly DecoderPool decoders = new(options);

    public BodyReader Bodies => bodies;

    public TimeProvider Clock => options.Clock;

    /// <summary>
    /// Begins the batch of a request. With the protocol <c>hec</c> and the token <c>ci</c> the balance calls its source <c>hec/ci</c>. It is irreplaceable if the sender will not try again.
    /// </summary>
    public BatchBuilder Begin(string protocol, Caller caller, bool isIrreplaceable = false) =>
        new($"{protocol}/{caller.Name}", caller.Cluster, isIrreplaceable, decoders, DateOnly.FromDateTime(options.Clock.GetUtcNow().UtcDateTime));

    /// <summary>
    /// Hands the batch over; answers when it is on disk. A sender that hangs up now may send it again, so it is kept to the end all the same.
    /// </summary>
    public ValueTask<IntakeAnswer> KeepAsync(BatchBuilder batch) => intake.TakeAsync(batch.Build(), CancellationToken.None);

    /// <summary>The body of a request, whole and decompressed. Throws <see cref="BodyRefusedException"/>.</summary>
    public Task<ReceivedBody> ReadAsync(HttpContext context) => bodies.ReadAsync(context.Request, context.RequestAborted);
}
