namespace Saker.Stores;

/// <summary>The files of the dead letters: records as in the journal, each flushed by itself.</summary>
internal sealed partial class DeadLetters
{
    /// <summary>They have no secret to keep from a forger that the checksum of their own id would: it only tells them from a journal's segments.</summary>
    private static readonly UInt128 Id = new(0x5361_6B65_7244_6561, 0x644C_6574_7465_7273);

    private readonly List<LetterSegment> segments = [];
    private LetterSegment? active;
    private ILogFile? activeFile;
    private long nextStart;

    /// <summary>Opens the dead letters of a directory, or makes it.</summary>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    public static DeadLetters Open(DeadLetterOptions options, IFileLayer files, TimeProvider clock)
    {
        files.CreateDirectory(options.Directory);
        var directoryLock = files.Lock(options.Directory);
        try
        {
            var letters = new DeadLetters(options, files, clock, directoryLock);
            letters.Load();
            return letters;
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>A letter as of now, still without a number.</summary>
    public DeadLetter NewLetter(DeadLetterKey key, string source, string reason, ReceivedEvent? e, RejectedItem? item) => new(key, clock.GetUtcNow(), source, reason, e, item);

    private void Load()
    {
        foreach (var (start, length) in files.List(options.Directory)
            .Select(f => (Start: SegmentHeader.StartOf(f.Name), f.Length)).Where(f => f.Start is not null).Select(f => (f.Start!.Value, f.Length)).Order())
        {
            var segment = new LetterSegment(start) { Length = length };
            nextStart = start + Math.Max(length, SegmentHeader.Bytes);
            segments.Add(segment);
            using var reader = new SegmentReader(files.Open(PathOf(segment)), Id, start) { Limit = start + length };
            var end = SegmentWalk.Run(
                reader,
                start + SegmentHeader.Bytes,
                durableEnd: 0,
                record => Load(record, segment),
                (from, to, why) => options.Report($"the dead letters: {to - from:#,0} bytes of {segment.Name} at {from - start:#,0} cannot be read: {why}"));
            if (end < start + length && length > SegmentHeader.Bytes)
            {
                options.Report($"the dead letters: {segment.Name} ends in {start + length - end:#,0} bytes that cannot be read, most likely a write that was cut short");
            }
        }
    }

    private string? Load(SegmentRecord record, LetterSegment segment)
    {
        try
        {
            // The texts are not kept, but the reader uses its buffer again.
            var reader = new ByteReader(record.Payload);
            var what = DeadLetterCodec.Open(ref reader);
            var (first, second) = (reader.Number(), what == DeadLetterCodec.Counters ? reader.Number() : 0);
            if (what == DeadLetterCodec.Counters)
            {
                (nextId, Evicted) = (Math.Max(nextId, first), Math.Max(Evicted, second));
            }

            for (var i = 0; i < first && what == DeadLetterCodec.Letters; i++)
            {
                Index(DeadLetterCodec.ReadLetter(ref reader), new Place(segment, record.Header.Position));
            }

            for (var i = 0; i < first && what == DeadLetterCodec.Gone; i++)
            {
                Drop(reader.Number());
            }

            return null;
        }
        catch (InvalidDataException unreadable)
        {
            return unreadable.Message;
        }
    }

    private DeadLetter Read(Entry entry)
    {
        using var reader = new SegmentReader(files.Open(PathOf(entry.Place.Segment)), Id, entry.Place.Segment.Start);
        if (reader.At(entry.Place.Position) is { } record)
        {
            // The reader's buffer is used again by others.
            var bytes = new ByteReader(record.Payload.ToArray());
            DeadLetterCodec.Open(ref bytes);
            for (var left = bytes.Number(); left > 0; left--)
            {
                if (DeadLetterCodec.ReadLetter(ref bytes) is var letter && letter.Id == entry.Summary.Id)
                {
                    return letter;
                }
            }
        }

        throw new InvalidDataException($"the dead letter {entry.Summary.Id} is damaged on disk ({PathOf(entry.Place.Segment)})");
    }

    /// <summary>Writes a record and brings it to disk. A segment that failed is not written to again.</summary>
    private Place Append(ReadOnlyMemory<byte> payload)
    {
        if (active is not null && active.Length + payload.Length > options.MostBytes / 16)
        {
            Leave();
        }

        try
        {
            if (active is null)
            {
                Begin();
            }

            return Write(payload);
        }
        catch (Exception failure)
        {
            if (active is not null)
            {
                active.Length += RecordHeader.Bytes + payload.Length;
                Leave();
            }

            throw failure is IOException ? failure : new IOException(failure.Message, failure);
        }
    }

    private void Begin()
    {
        var segment = new LetterSegment(nextStart);
        nextStart += SegmentHeader.Bytes;
        activeFile = files.Create(PathOf(segment));
        segments.Add(active = segment);
        var header = new byte[SegmentHeader.Bytes];
        new SegmentHeader(Id, segment.Start, 0).Write(header);
        activeFile.Write([header], 0);
        segment.Length = SegmentHeader.Bytes;
        Write(DeadLetterCodec.WriteCounters(nextId, Evicted));
        files.FlushDirectory(options.Directory);
    }

    private Place Write(ReadOnlyMemory<byte> payload)
    {
        var position = active!.Start + active.Length;
        var header = new byte[RecordHeader.Bytes];
        new RecordHeader(payload.Length, position, position, Crc32C.Of(payload.Span)).Write(header, Id);
        activeFile!.Write([header, payload], active.Length);
        activeFile.Flush();
        active.Length += RecordHeader.Bytes + payload.Length;
        return new Place(active, position);
    }

    private void Leave()
    {
        nextStart = active!.Start + active.Length;
        activeFile?.Dispose();
        (active, activeFile) = (null, null);
    }

    /// <summary>Lets the oldest segments go while there is too much.</summary>
    private void Evict()
    {
        while (segments.Count > 1 && segments[0] != active && (segments.Sum(s => s.Length) > options.MostBytes || entries.Count > options.MostLetters))
        {
            var oldest = segments[0];
            var gone = entries.Values.Where(e => e.Place.Segment == oldest).ToList();
            var lost = gone.Count(e => !e.IsGone);
            Evicted += lost;
            Append(DeadLetterCodec.WriteCounters(nextId, Evicted));
            files.Delete(PathOf(oldest));
            segments.RemoveAt(0);
            foreach (var entry in gone)
            {
                entries.Remove(entry.Summary.Id);
                keys.Remove(entry.Key);
            }

            if (lost > 0)
            {
                options.Report($"the dead letters: the {lost:#,0} oldest went to make room");
            }
        }
    }

    private string PathOf(LetterSegment segment) => Path.Combine(options.Directory, segment.Name);

    private sealed class LetterSegment(long start)
    {
        public long Start { get; } = start;

        public string Name { get; } = SegmentHeader.NameOf(start);

        public long Length { get; set; }
    }
}
