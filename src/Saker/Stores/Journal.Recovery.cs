namespace Saker.Stores;

/// <summary>What a start finds, after an orderly stop or a crash of this process or of the machine.</summary>
internal sealed partial class Journal
{
    private const string DamagedDirectory = "damaged";
    private const string BallastName = "ballast";

    private Checkpoint checkpoint = Checkpoint.First();
    private readonly HashSet<long> setAside = [];
    private bool hasBallast;

    /// <summary>Opens the journal of a directory, or makes one.</summary>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    /// <exception cref="NotSupportedException">A later version of the program wrote it.</exception>
    public static Journal Open(JournalOptions options, IFileLayer files, TimeProvider clock)
    {
        files.CreateDirectory(options.Directory);
        var directoryLock = files.Lock(options.Directory);
        try
        {
            var journal = new Journal(options, files, clock, directoryLock);
            journal.Recover();
            journal.writer.Start();
            return journal;
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    private void Recover()
    {
        var saved = LoadCheckpoint();
        var found = files.List(options.Directory)
            .Select(f => (Start: SegmentHeader.StartOf(f.Name), f.Length)).Where(f => f.Start is not null)
            .Select(f => (Start: f.Start!.Value, f.Length, Header: HeaderOf(f.Start.Value))).OrderBy(f => f.Start).ToList();
        if (saved is not null)
        {
            checkpoint = saved;
        }
        else if (found.Find(f => f.Header is not null) is { Header: { } header })
        {
            checkpoint = new Checkpoint(header.Journal, found[0].Start, 0, []);
        }

        Balance.Load(checkpoint.Sources);
        durableEnd = checkpoint.Done;
        nextStart = Math.Max(checkpoint.Done, checkpoint.Next);
        // A batch never crosses segments, and is begun once all that was promised before it is stored: what stands in a segment before its own is a write
        // that failed, in a file whose removal did not come to rest. Read first, it would move the borders of the batch, and the store would keep it twice.
        var begun = found.FindLast(f => f.Header?.Journal == checkpoint.Journal && f.Start < checkpoint.Next).Start;
        for (var i = 0; i < found.Count; i++)
        {
            var later = i + 1 < found.Count ? found[i + 1].Header?.DurableBefore ?? 0 : 0;
            nextStart = Math.Max(nextStart, found[i].Start + found[i].Length);
            Recover(new JournalSegment(found[i].Start) { Length = found[i].Length }, found[i].Header, later, isStored: found[i].Start < begun);
        }

        if (saved is null)
        {
            checkpoint.Save(files, options.Directory);
        }

        hasBallast = files.List(options.Directory).Any(f => f.Name == BallastName && f.Length == options.BallastBytes);
        AddBallast();
    }

    private void Recover(JournalSegment segment, SegmentHeader? header, long durableByLater, bool isStored)
    {
        if (header is { } told && told.Journal != checkpoint.Journal)
        {
            MoveAside(segment.Name, "it belongs to another journal");
            return;
        }

        if (isStored || segment.Start + segment.Length <= checkpoint.Done)
        {
            TryDelete(segment);
            return;
        }

        var first = Math.Max(segment.Start + SegmentHeader.Bytes, checkpoint.Done);
        long end;
        using (var reader = new SegmentReader(files.Open(PathOf(segment)), checkpoint.Journal, segment.Start) { Limit = segment.Start + segment.Length })
        {
            end = SegmentWalk.Run(reader, first, durableByLater, Recover, (from, to, why) => SetAside(segment, from, to, why));
        }

        if (end == first && header is null && segment.Length > SegmentHeader.Bytes)
        {
            // Most likely the machine stopped while it was made. If it was used, a later segment knows.
            MoveAside(segment.Name, "nothing in it can be read", isDamage: durableByLater > segment.Start);
        }
        else if (end <= first)
        {
            // Made, and never used for anything that was promised; or stored up to its last record.
            TryDelete(segment);
        }
        else
        {
            Truncate(segment, end);
            (segment.Length, segment.DurableEnd) = (end - segment.Start, end);
            durableEnd = Math.Max(durableEnd, end);
            segments.Add(segment);
        }
    }

    /// <summary>Counts a record that waits to be stored.</summary>
    private string? Recover(SegmentRecord record)
    {
        try
        {
            var entry = EventCodec.Read(record.Payload);
            Balance.Recover(entry);
            identities.Add([.. entry.Events.Where(e => e.Identity is not null).Select(e => e.Identity!.Value)]);
            return null;
        }
        catch (InvalidDataException unreadable)
        {
            return unreadable.Message;
        }
    }

    /// <summary>
    /// Cuts a torn tail off, and brings the rest to disk: when only this process crashed, it may be in the system's memory alone, and what is
    /// stored from it must be there to be tried again.
    /// </summary>
    private void Truncate(JournalSegment segment, long end)
    {
        var torn = segment.Start + segment.Length - end;
        if (torn > 0)
        {
            options.Report($"the journal: {segment.Name} ends in {torn:#,0} bytes of a write that was cut short; nobody was told that they were kept");
        }

        try
        {
            using var file = files.Open(PathOf(segment), writes: true);
            if (torn > 0)
            {
                file.SetLength(end - segment.Start);
            }

            file.Flush();
        }
        catch (IOException failure)
        {
            options.Report($"the journal: {segment.Name} cannot be flushed to disk: {failure.Message}");
        }
    }

    private Checkpoint? LoadCheckpoint()
    {
        try
        {
            return Checkpoint.Load(files, options.Directory);
        }
        catch (InvalidDataException damaged)
        {
            options.Report($"the journal: {damaged.Message}; it begins at its oldest segment again, and what was stored from that may be stored twice");
            MoveAside(Checkpoint.Name, "its checksum does not fit");
            return null;
        }
    }

    private SegmentHeader? HeaderOf(long start)
    {
        using var file = files.Open(Path.Combine(options.Directory, SegmentHeader.NameOf(start)));
        var bytes = new byte[SegmentHeader.Bytes];
        var length = 0;
        while (length < bytes.Length && file.Read(bytes.AsSpan(length), length) is var read and > 0)
        {
            length += read;
        }

        return SegmentHeader.Read(bytes.AsSpan(0, length)) is { } header && header.Start == start ? header : null;
    }

    /// <summary>Keeps bytes that cannot be read as records, for whoever wants to look at them.</summary>
    private void SetAside(JournalSegment segment, long from, long to, string why)
    {
        var directory = Path.Combine(options.Directory, DamagedDirectory);
        var name = $"{from:D20}-{to:D20}.bin";
        if (!setAside.Add(from))
        {
            return;
        }

        options.Report($"the journal: {to - from:#,0} bytes of {segment.Name} at {from - segment.Start:#,0} are damaged ({why}); they are set aside in {Path.Combine(directory, name)}");
        try
        {
            files.CreateDirectory(directory);
            if (files.List(directory).Any(f => f.Name == name && f.Length > 0))
            {
                return;
            }

            using var source = files.Open(PathOf(segment));
            using var target = files.Create(Path.Combine(directory, name));
            var buffer = new byte[1 << 16];
            for (var at = from; at < to && source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at - segment.Start) is var read and > 0; at += read)
            {
                target.Write([buffer.AsMemory(0, read)], at - from);
            }

            target.Flush();
            files.FlushDirectory(directory);
        }
        catch (IOException failure)
        {
            options.Report($"the journal: the damaged bytes cannot be set aside: {failure.Message}");
        }
    }

    private void MoveAside(string name, string why, bool isDamage = true)
    {
        var directory = Path.Combine(options.Directory, DamagedDirectory);
        if (isDamage)
        {
            setAside.Add(-1 - setAside.Count);
        }

        options.Report($"the journal: {name} is set aside in {directory}: {why}");
        files.CreateDirectory(directory);
        files.Rename(Path.Combine(options.Directory, name), Path.Combine(directory, $"{name}.{clock.GetUtcNow():yyyyMMdd'T'HHmmss}"));
    }

    /// <summary>Holds back a little room.</summary>
    private void AddBallast()
    {
        if (hasBallast)
        {
            return;
        }

        var path = Path.Combine(options.Directory, BallastName);
        try
        {
            files.Delete(path);
            using var file = files.Create(path);
            file.Write([new byte[options.BallastBytes]], 0);
            file.Flush();
            hasBallast = true;
        }
        catch (IOException)
        {
            // The disk is full already: it is tried again once a segment went.
        }
    }
}
