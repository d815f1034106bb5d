using System.Buffers;

namespace Saker.Stores;

/// <summary>
/// The append-only log that stands before the store: a batch is answered "kept" once it is on disk. Segments hold records one after the other; a record
/// is a batch, its position is its place in the endless stream of all segments. One thread writes what waits as a group and flushes it (group commit).
/// A segment whose flush failed is never trusted again: the next group begins another.
/// </summary>
internal sealed partial class Journal : IIntake, IAsyncDisposable
{
    private static readonly TimeSpan RetryOfQueue = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryOfRoom = TimeSpan.FromSeconds(10);

    private readonly JournalOptions options;
    private readonly IFileLayer files;
    private readonly TimeProvider clock;
    private readonly IDisposable directoryLock;
    private readonly RecentIdentities identities;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrivals = new(0);
    private readonly Queue<WaitingBatch> queue = new();
    private readonly Thread writer;
    private long queuedBytes;
    private bool isClosed;
    private long refused;

    private Journal(JournalOptions options, IFileLayer files, TimeProvider clock, IDisposable directoryLock)
    {
        (this.options, this.files, this.clock, this.directoryLock) = (options, files, clock, directoryLock);
        identities = new RecentIdentities(options.RememberedIdentities);
        Balance = new SourceBalance(clock, options.SilentAfter);
        writer = new Thread(WriteUntilClosed) { IsBackground = true, Name = "journal" };
    }

    /// <summary>What each source sent and what became of it.</summary>
    public SourceBalance Balance { get; }

    /// <summary>How full it is, and what went wrong; to be shown.</summary>
    public JournalStatus Status
    {
        get
        {
            lock (gate)
            {
                return new JournalStatus(
                    segments.Sum(s => s.Length), options.MostBytes, segments.Count, durableEnd, checkpoint.Done, queue.Count, queuedBytes, Volatile.Read(ref refused), failures, setAside.Count,
                    lastFailure, identities.Count);
            }
        }
    }

    public ValueTask<IntakeAnswer> TakeAsync(ReceivedBatch batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Refusal(batch.Events.Sum(e => (long)e.Event.Raw.Length), batch.IsIrreplaceable) is { } refusal)
        {
            return new(refusal);
        }

        var entry = WithoutKnown(batch);
        var most = RecordHeader.Bytes + EventCodec.MostBytes(entry);
        if (most > Math.Min(options.LargestBatchBytes, options.OrdinaryBytes))
        {
            Interlocked.Increment(ref refused);
            return new(new IntakeAnswer(IntakeStatus.Failed, RetryOfRoom, $"a batch of {most:#,0} bytes is larger than the journal takes"));
        }

        var waiting = new WaitingBatch(entry, (int)most);
        lock (gate)
        {
            // Others may have come while this one was written down.
            if (RefusalInside(waiting.Bytes.Length, batch.IsIrreplaceable) is { } late)
            {
                waiting.Dispose();
                return new(late);
            }

            queue.Enqueue(waiting);
            queuedBytes += waiting.Bytes.Length;
        }

        arrivals.Release();
        return AnswerAsync(waiting, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
        }

        arrivals.Release();
        // What waits is written still. A disk that stalls is not waited for: nobody was told that anything was kept.
        var isDone = await Task.Run(() => writer.Join(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        CloseReader();
        if (isDone)
        {
            directoryLock.Dispose();
        }
    }

    private async ValueTask<IntakeAnswer> AnswerAsync(WaitingBatch waiting, CancellationToken cancellation)
    {
        try
        {
            return await waiting.Answer.WaitAsync(options.MostWait, clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref refused);
            return waiting.GiveUp()
                ? new IntakeAnswer(IntakeStatus.Full, RetryOfQueue, "the disk is slow: the batch was not written")
                : new IntakeAnswer(IntakeStatus.Failed, RetryOfQueue, "the disk is slow: nobody knows yet whether the batch was written");
        }
        catch (OperationCanceledException)
        {
            waiting.GiveUp();
            throw;
        }
    }

    private IntakeAnswer? Refusal(long bytes, bool isIrreplaceable)
    {
        lock (gate)
        {
            return RefusalInside(bytes, isIrreplaceable);
        }
    }

    /// <summary>Why a batch cannot be taken now; null if it can.</summary>
    private IntakeAnswer? RefusalInside(long bytes, bool isIrreplaceable)
    {
        IntakeAnswer? answer = null;
        var used = segments.Sum(s => s.Length) + queuedBytes + bytes;
        if (isClosed)
        {
            answer = new IntakeAnswer(IntakeStatus.Failed, RetryOfQueue, "the server is stopping");
        }
        else if (failedAt is { } at && clock.GetElapsedTime(at) is var since && since < options.PauseAfterFailure)
        {
            answer = new IntakeAnswer(IntakeStatus.Failed, Ceiling(options.PauseAfterFailure - since), $"the disk failed: {lastFailure}");
        }
        else if (writingSince is { } from && clock.GetElapsedTime(from) > options.MostWait)
        {
            answer = new IntakeAnswer(IntakeStatus.Full, RetryOfQueue, "the disk stalls");
        }
        else if (used > (isIrreplaceable ? options.MostBytes : options.OrdinaryBytes))
        {
            answer = new IntakeAnswer(IntakeStatus.Full, RetryOfRoom, $"the journal is full: {options.MostBytes:#,0} bytes wait for the store");
        }
        else if (queue.Count > 0 && queuedBytes + bytes > options.MostQueuedBytes)
        {
            answer = new IntakeAnswer(IntakeStatus.Full, RetryOfQueue, "more comes than the disk takes");
        }

        if (answer is not null)
        {
            Interlocked.Increment(ref refused);
        }

        return answer;
    }

    /// <summary>Takes out events that are on disk already, and the second of two in one batch.</summary>
    private JournalEntry WithoutKnown(ReceivedBatch batch)
    {
        var events = batch.Events;
        long deduplicated = 0;
        if (options.RememberedIdentities > 0)
        {
            var kept = new List<ReceivedEvent>(batch.Events.Count);
            var here = new HashSet<UInt128>();
            foreach (var e in batch.Events)
            {
                if (e.Identity is { } identity && (identities.Contains(identity) || !here.Add(identity)))
                {
                    deduplicated += e.IsView ? 0 : 1;
                }
                else
                {
                    kept.Add(e);
                }
            }

            events = kept;
        }

        return new JournalEntry(batch.Source, events, batch.Rejected, deduplicated, batch.OtherCount, batch.IsIrreplaceable);
    }

    private static TimeSpan Ceiling(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));

    /// <summary>A batch on its way to the disk, written down already: what the caller gave is not looked at again.</summary>
    private sealed class WaitingBatch : IDisposable
    {
        /// <summary>What is larger has a block of its own: the pool would give the next power of two, and keep it.</summary>
        private const int LargestPooled = 1 << 20;

        private const int Queued = 0;
        private const int Taken = 1;
        private const int GivenUp = 2;

        private readonly TaskCompletionSource<IntakeAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly byte[] pooled = [];
        private readonly LargeBlock? block;
        private int state;

        public WaitingBatch(JournalEntry entry, int most)
        {
            (Source, Received, Deduplicated, Filtered, Rejected) = (entry.Source, entry.Received, entry.Deduplicated, entry.Filtered, entry.Rejected.Count);
            Identities = [.. entry.Events.Where(e => e.Identity is not null).Select(e => e.Identity!.Value)];
            if (most <= LargestPooled)
            {
                pooled = ArrayPool<byte>.Shared.Rent(most);
            }
            else
            {
                block = new LargeBlock(most);
            }

            var buffer = block?.Memory ?? pooled;
            var length = EventCodec.Write(entry, buffer.Span[RecordHeader.Bytes..]);
            Checksum = Crc32C.Of(buffer.Span.Slice(RecordHeader.Bytes, length));
            Bytes = buffer[..(RecordHeader.Bytes + length)];
        }

        public string Source { get; }

        public long Received { get; }

        public long Deduplicated { get; }

        public long Filtered { get; }

        public long Rejected { get; }

        public UInt128[] Identities { get; }

        /// <summary>The record; its header is filled in once its position is known.</summary>
        public Memory<byte> Bytes { get; }

        public uint Checksum { get; }

        public Task<IntakeAnswer> Answer => answer.Task;

        /// <summary>The caller waits no longer. False if it is being written.</summary>
        public bool GiveUp() => Interlocked.CompareExchange(ref state, GivenUp, Queued) == Queued;

        /// <summary>It will be written now. False if nobody waits for it any more.</summary>
        public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Queued) == Queued;

        public void Tell(IntakeAnswer told)
        {
            Dispose();
            answer.TrySetResult(told);
        }

        public void Dispose()
        {
            if (block is null)
            {
                ArrayPool<byte>.Shared.Return(pooled);
            }

            block?.Dispose();
        }
    }
}

/// <summary>How a journal stands.</summary>
/// <param name="UsedBytes">What its segments take on disk.</param>
/// <param name="MostBytes">What they may take.</param>
/// <param name="DurableEnd">The position up to which all is on disk.</param>
/// <param name="Done">The position up to which all is stored.</param>
/// <param name="Segments">How many files.</param>
/// <param name="Queued">Batches that wait for the disk.</param>
/// <param name="QueuedBytes">What they take in memory.</param>
/// <param name="Refused">Batches that were not taken, or whose sender was told so.</param>
/// <param name="Failures">How often the disk failed.</param>
/// <param name="Damages">How many stretches could not be read and were set aside.</param>
/// <param name="LastFailure">In words; empty if there was none since the start.</param>
/// <param name="RememberedIdentities">How many events are known, should they come again.</param>
internal sealed record JournalStatus(
    long UsedBytes, long MostBytes, int Segments, long DurableEnd, long Done, int Queued, long QueuedBytes, long Refused, long Failures, long Damages, string LastFailure,
    int RememberedIdentities)
{
    public long PendingBytes => Math.Max(0, DurableEnd - Done);
}
