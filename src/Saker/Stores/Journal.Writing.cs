namespace Saker.Stores;

/// <summary>The one thread that writes.</summary>
internal sealed partial class Journal
{
    private const long MostGroupBytes = 8 << 20;

    private readonly List<JournalSegment> segments = [];
    private JournalSegment? active;
    private ILogFile? activeFile;
    private long nextStart;
    private long durableEnd;
    private long? writingSince;
    private long? failedAt;
    private string lastFailure = "";
    private long failures;

    private void WriteUntilClosed()
    {
        var group = new List<WaitingBatch>();
        while (true)
        {
            arrivals.Wait();
            if (!TryTakeGroup(group))
            {
                break;
            }

            if (group.Count > 0)
            {
                Write(group);
                group.Clear();
            }
        }

        activeFile?.Dispose();
    }

    /// <summary>Takes what waits, up to a bound. False once closed and nothing waits.</summary>
    private bool TryTakeGroup(List<WaitingBatch> group)
    {
        lock (gate)
        {
            long bytes = 0;
            while (queue.TryPeek(out var next) && (group.Count == 0 || bytes + next.Bytes.Length <= MostGroupBytes))
            {
                queue.Dequeue();
                if (next.TryTake())
                {
                    group.Add(next);
                    bytes += next.Bytes.Length;
                }
                else
                {
                    queuedBytes -= next.Bytes.Length;
                    next.Dispose();
                }
            }

            writingSince = group.Count > 0 ? clock.GetTimestamp() : null;
            if (isClosed && queue.Count > 0)
            {
                arrivals.Release();
            }

            return !isClosed || group.Count > 0 || queue.Count > 0;
        }
    }

    private void Write(List<WaitingBatch> group)
    {
        var bytes = group.Sum(w => (long)w.Bytes.Length);
        var step = "cannot be written";
        var began = clock.GetTimestamp();
        try
        {
            var (pieces, end, isNew) = Place(group, bytes);
            activeFile!.Write(pieces, active!.Length);
            step = "cannot be flushed to disk";
            // Behind this line nothing that failed may be tried again: the system may have dropped what it could not write, and tell it once.
            active.IsFlushing = true;
            activeFile.Flush();
            if (isNew)
            {
                files.FlushDirectory(options.Directory);
            }

            var took = clock.GetElapsedTime(began);
            Keep(group, end, bytes);
            options.Flushed(took);
        }
        catch (Exception failure)
        {
            Fail(group, bytes, $"{active?.Name ?? "a new segment"} {step}: {failure.Message}");
        }
    }

    /// <summary>Finds the room for a group and fills in its headers.</summary>
    private (List<ReadOnlyMemory<byte>> Pieces, long End, bool IsNew) Place(List<WaitingBatch> group, long bytes)
    {
        if (active is not null && active.Length + bytes > options.EffectiveSegmentBytes && active.Length > SegmentHeader.Bytes)
        {
            Leave();
        }

        var pieces = new List<ReadOnlyMemory<byte>>(group.Count + 1);
        if (active is null)
        {
            active = new JournalSegment(nextStart);
            activeFile = files.Create(PathOf(active));
            lock (gate)
            {
                segments.Add(active);
            }
        }

        var isNew = active.Length == 0;
        var position = active.Start + active.Length;
        if (isNew)
        {
            var header = new byte[SegmentHeader.Bytes];
            new SegmentHeader(checkpoint.Journal, active.Start, durableEnd).Write(header);
            pieces.Add(header);
            position += SegmentHeader.Bytes;
        }

        var durable = active.DurableEnd;
        foreach (var waiting in group)
        {
            var header = new RecordHeader(waiting.Bytes.Length - RecordHeader.Bytes, position, durable, waiting.Checksum);
            header.Write(waiting.Bytes.Span, checkpoint.Journal);
            pieces.Add(waiting.Bytes);
            position = header.End;
        }

        return (pieces, position, isNew);
    }

    private void Keep(List<WaitingBatch> group, long end, long bytes)
    {
        TaskCompletionSource told;
        foreach (var waiting in group)
        {
            Balance.Keep(waiting.Source, waiting.Received, waiting.Deduplicated, waiting.Filtered, waiting.Rejected);
            identities.Add(waiting.Identities);
        }

        lock (gate)
        {
            active!.IsFlushing = false;
            active.Length = end - active.Start;
            active.DurableEnd = durableEnd = end;
            queuedBytes -= bytes;
            writingSince = failedAt = null;
            (told, grown) = (grown, NewSignal());
        }

        told.TrySetResult();
        foreach (var waiting in group)
        {
            waiting.Tell(IntakeAnswer.Kept);
        }
    }

    private void Fail(List<WaitingBatch> group, long bytes, string why)
    {
        if (active is { IsFlushing: false, Length: > 0 } && TryRewind(active))
        {
            // What was there before the write is as it was.
        }
        else if (active is not null)
        {
            Abandon(active, bytes);
        }

        lock (gate)
        {
            failures++;
            lastFailure = why;
            failedAt = clock.GetTimestamp();
            writingSince = null;
            queuedBytes -= bytes;
        }

        options.Report($"the journal: {why}; its senders are told to try again");
        foreach (var waiting in group)
        {
            Interlocked.Increment(ref refused);
            waiting.Tell(new IntakeAnswer(IntakeStatus.Failed, Ceiling(options.PauseAfterFailure), why));
        }
    }

    private bool TryRewind(JournalSegment segment)
    {
        try
        {
            activeFile!.SetLength(segment.Length);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What was to be written may be on disk or not; its positions are used up. Nothing of it was acknowledged.</summary>
    private void Abandon(JournalSegment segment, long bytes)
    {
        lock (gate)
        {
            segment.Length = Math.Max(segment.Length, SegmentHeader.Bytes) + bytes;
            nextStart = segment.Start + segment.Length;
            active = null;
        }

        activeFile?.Dispose();
        activeFile = null;
        if (segment.DurableEnd == 0)
        {
            // Nothing in it was ever promised.
            TryDelete(segment);
        }
    }

    /// <summary>Goes on to a new segment; all of this one is on disk.</summary>
    private void Leave()
    {
        nextStart = active!.Start + active.Length;
        activeFile!.Dispose();
        lock (gate)
        {
            (active, activeFile) = (null, null);
        }
    }

    private bool TryDelete(JournalSegment segment)
    {
        try
        {
            files.Delete(PathOf(segment));
            lock (gate)
            {
                segments.Remove(segment);
            }

            return true;
        }
        catch (IOException failure)
        {
            options.Report($"the journal: {segment.Name} cannot be deleted: {failure.Message}");
            return false;
        }
    }

    private string PathOf(JournalSegment segment) => Path.Combine(options.Directory, segment.Name);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A file of the journal. Its fields change under the journal's lock.</summary>
    private sealed class JournalSegment(long start)
    {
        public long Start { get; } = start;

        public string Name { get; } = SegmentHeader.NameOf(start);

        /// <summary>What of the file is taken, in bytes.</summary>
        public long Length { get; set; }

        /// <summary>The position up to which it is on disk; 0 as long as nothing is.</summary>
        public long DurableEnd { get; set; }

        public bool IsFlushing { get; set; }
    }
}
