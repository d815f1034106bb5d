namespace Saker.Stores;

/// <summary>What the shipper asks for. One at a time.</summary>
internal sealed partial class Journal
{
    private volatile TaskCompletionSource grown = NewSignal();
    private (long Start, SegmentReader Reader)? reading;

    /// <summary>Where the shipper stands.</summary>
    public Checkpoint Checkpoint => checkpoint;

    /// <summary>The position up to which all is on disk.</summary>
    public long DurableEnd
    {
        get
        {
            lock (gate)
            {
                return durableEnd;
            }
        }
    }

    /// <summary>Returns once something is on disk behind a position.</summary>
    public async Task WaitAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            var signal = grown;
            if (DurableEnd > position)
            {
                return;
            }

            await signal.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The batches from a position on, up to a bound, never across the end of a segment: to be disposed of. Null if nothing is there.
    /// </summary>
    /// <param name="from">Where to begin: the end of what was read before.</param>
    /// <param name="to">Where to end, if that was settled before a crash; else 0.</param>
    /// <param name="mostEvents">Past so many no further batch is added.</param>
    /// <param name="mostBytes">Likewise.</param>
    /// <exception cref="IOException">The disk does not give what it holds.</exception>
    public JournalBatch? Read(long from, long to, int mostEvents, long mostBytes)
    {
        JournalSegment? segment;
        long end;
        lock (gate)
        {
            segment = segments.Find(s => s.DurableEnd > from);
            end = segment?.DurableEnd ?? 0;
        }

        if (segment is null)
        {
            return null;
        }

        var isBound = to > Math.Max(from, segment.Start);
        var reader = ReaderOf(segment);
        reader.Limit = isBound ? Math.Min(end, to) : end;
        var position = Math.Max(from, segment.Start + SegmentHeader.Bytes);
        var batch = new JournalBatch(checkpoint.Journal, position);
        try
        {
            while (position < reader.Limit && (isBound || (batch.EventCount < mostEvents && batch.Bytes < mostBytes)))
            {
                var record = reader.At(position);
                if (record is { } sound && batch.TryAdd(sound) is not { } why)
                {
                    position = sound.Header.End;
                    continue;
                }

                var resume = record?.Header.End ?? reader.After(position)?.Header.Position ?? reader.Limit;
                SetAside(segment, position, resume, record is null ? "its checksum does not fit" : "it is no batch");
                position = resume;
            }

            batch.Complete(position);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
        finally
        {
            reader.Shrink();
        }
    }

    /// <summary>
    /// Notes durably how far the store is: <paramref name="done"/> is behind us, up to <paramref name="next"/> is tried now (0: nothing). Segments that are
    /// wholly stored go.
    /// </summary>
    /// <exception cref="IOException">The checkpoint before holds.</exception>
    public void Advance(long done, long next)
    {
        var saved = checkpoint with { Done = done, Next = next, Sources = Balance.Settled() };
        try
        {
            saved.Save(files, options.Directory);
        }
        catch (IOException) when (hasBallast)
        {
            files.Delete(Path.Combine(options.Directory, BallastName));
            hasBallast = false;
            saved.Save(files, options.Directory);
        }

        checkpoint = saved;
        Release(done);
    }

    /// <summary>An event became a dead letter: should it come again, it is taken again.</summary>
    public void Forget(UInt128 identity) => identities.Forget(identity);

    private void Release(long done)
    {
        List<JournalSegment> stored;
        lock (gate)
        {
            stored = segments.FindAll(s => s.DurableEnd <= done && s != active);
        }

        foreach (var segment in stored)
        {
            if (reading?.Start == segment.Start)
            {
                CloseReader();
            }

            TryDelete(segment);
        }

        if (stored.Count > 0)
        {
            AddBallast();
        }
    }

    private SegmentReader ReaderOf(JournalSegment segment)
    {
        if (reading is { } open && open.Start == segment.Start)
        {
            return open.Reader;
        }

        CloseReader();
        var reader = new SegmentReader(files.Open(PathOf(segment)), checkpoint.Journal, segment.Start);
        reading = (segment.Start, reader);
        return reader;
    }

    private void CloseReader()
    {
        reading?.Reader.Dispose();
        reading = null;
    }
}
