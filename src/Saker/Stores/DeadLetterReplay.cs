using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>Hands dead letters to an intake again, one at a time: an event as it is, a text after another attempt to read it.</summary>
internal sealed class DeadLetterReplay(DeadLetters letters, IIntake intake, IngestOptions options) : IDisposable
{
    private readonly RecordDecoder decoder = new(options);
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Sends one again. If it was kept this time, it is a dead letter no more.</summary>
    /// <returns>Null if it was kept; else why it stays where it is.</returns>
    /// <exception cref="IOException">The disk does not give what it holds, or take what is done.</exception>
    /// <exception cref="InvalidDataException">The letter is damaged on disk.</exception>
    public async Task<string?> ReplayAsync(long id, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ReplayOneAsync(id, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<string?> ReplayOneAsync(long id, CancellationToken cancellation)
    {
        if (letters.Find(id) is not { } letter)
        {
            return "there is no such dead letter";
        }

        using var sink = new ReplaySink();
        if (letter.Item is { } item)
        {
            decoder.Decode(item.Text, item.Place, sink, WrappingOf(letter.Source));
            if (sink.Rejection is { } why)
            {
                return $"it cannot be read still: {why}";
            }
        }

        IReadOnlyList<ReceivedEvent> events = letter.Event is { } e ? [e] : sink.Events;
        var answer = await intake.TakeAsync(new ReceivedBatch(letter.Source, events, [], sink.OtherCount, IsIrreplaceable: true), cancellation).ConfigureAwait(false);
        if (answer.Status != IntakeStatus.Kept)
        {
            return answer.Why;
        }

        letters.Remove([id]);
        return null;
    }

    /// <summary>What its way in said of it, as far as the source's name tells: <c>audit/prod</c>. What a container printed is believed no more than it was.</summary>
    private static Wrapping WrappingOf(string source) => source.Split('/', 2) switch
    {
        ["audit", var cluster] => new Wrapping { Cluster = cluster },
        ["falco", _] => new Wrapping { Otherwise = EventKind.Log },
        _ => new Wrapping { Trust = ContentTrust.Default },
    };

    private sealed class ReplaySink : IDecodeSink, IDisposable
    {
        private readonly CopyBuffer buffer = new();

        public List<ReceivedEvent> Events { get; } = [];

        public long OtherCount { get; private set; }

        public string? Rejection { get; private set; }

        public void Accept(Event e, EventKind kind, bool truncated) => Events.Add(new ReceivedEvent(Copy(e), kind));

        public void AcceptView(Event e, EventKind kind) => Events.Add(new ReceivedEvent(Copy(e), kind, isView: true));

        public void Other(string reason) => OtherCount++;

        public void Reject(in RecordPlace place, string reason) => Rejection ??= reason;

        public void Dispose() => buffer.Dispose();

        private Event Copy(Event e) => new()
        {
            Raw = buffer.Copy(e.Raw.Span),
            Extra = buffer.Copy(e.Extra.Span),
            TimeNanoseconds = e.TimeNanoseconds,
            IndexTimeNanoseconds = e.IndexTimeNanoseconds,
            Index = e.Index,
            Source = e.Source,
            Sourcetype = e.Sourcetype,
            Host = e.Host,
            Cluster = e.Cluster,
            IsMetric = e.IsMetric,
        };
    }
}
