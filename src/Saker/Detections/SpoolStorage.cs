using System.Buffers.Binary;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>Keeps events by number: the first in memory, the rest in a temporary file that vanishes with the process.</summary>
internal sealed class SpoolStorage(string temporaryDirectory, int memoryBytes) : IDisposable
{
    private const int HeaderBytes = 4 * sizeof(int) + (2 * sizeof(long));

    private readonly List<Event> inMemory = [];
    private readonly ChunkedList<long> offsets = new();
    private readonly List<(string Index, string Source, string Sourcetype, string Host, string Cluster, bool IsMetric)> origins = [];
    private readonly Dictionary<(string, string, string, string, string, bool), int> originNumbers = [];
    private TemporaryFileStream? file;
    private Microsoft.Win32.SafeHandles.SafeFileHandle? handle;
    private bool isFlushed;
    private long held;
    private long end;

    public long Count => inMemory.Count + offsets.Count;

    /// <summary>Takes a copy of an event; returns its number.</summary>
    public long Add(Event e)
    {
        var ordinal = Count;
        if (file is null && held + e.Raw.Length + e.Extra.Length <= memoryBytes)
        {
            held += e.Raw.Length + e.Extra.Length + 160;
            inMemory.Add(WithOrdinal(e, ordinal));
            return ordinal;
        }

        file ??= TemporaryFileStream.Create(temporaryDirectory);
        handle ??= file.Handle;
        offsets.Add(end);
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, e.Raw.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], e.Extra.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], OriginNumber(e));
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], e.TimeNanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], e.IndexTimeNanoseconds);
        // FileStream would flush at each seek: it stands at the end already, for reads go past it.
        isFlushed = false;
        file.Write(header);
        file.Write(e.Raw.Span);
        file.Write(e.Extra.Span);
        end += HeaderBytes + e.Raw.Length + e.Extra.Length;
        return ordinal;
    }

    public Event Read(long ordinal)
    {
        if (ordinal < inMemory.Count)
        {
            return inMemory[(int)ordinal];
        }

        var offset = offsets[(int)(ordinal - inMemory.Count)];
        Span<byte> header = stackalloc byte[HeaderBytes];
        ReadFully(header, offset);
        var (rawLength, extraLength) = (BinaryPrimitives.ReadInt32LittleEndian(header), BinaryPrimitives.ReadInt32LittleEndian(header[4..]));
        var body = new byte[rawLength + extraLength];
        ReadFully(body, offset + HeaderBytes);
        var origin = origins[BinaryPrimitives.ReadInt32LittleEndian(header[8..])];
        return new Event
        {
            Raw = body.AsMemory(0, rawLength),
            Extra = body.AsMemory(rawLength),
            TimeNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            IndexTimeNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            Index = origin.Index,
            Source = origin.Source,
            Sourcetype = origin.Sourcetype,
            Host = origin.Host,
            Cluster = origin.Cluster,
            IsMetric = origin.IsMetric,
            Ordinal = ordinal,
        };
    }

    public void Dispose() => file?.Dispose();

    private static Event WithOrdinal(Event e, long ordinal) => new()
    {
        Raw = e.Raw.ToArray(),
        Extra = e.Extra.IsEmpty ? default : e.Extra.ToArray(),
        TimeNanoseconds = e.TimeNanoseconds,
        IndexTimeNanoseconds = e.IndexTimeNanoseconds,
        Index = e.Index,
        Source = e.Source,
        Sourcetype = e.Sourcetype,
        Host = e.Host,
        Cluster = e.Cluster,
        IsMetric = e.IsMetric,
        Ordinal = ordinal,
    };

    private int OriginNumber(Event e)
    {
        var origin = (e.Index, e.Source, e.Sourcetype, e.Host, e.Cluster, e.IsMetric);
        if (!originNumbers.TryGetValue(origin, out var number))
        {
            number = origins.Count;
            originNumbers.Add(origin, number);
            origins.Add(origin);
        }

        return number;
    }

    private void ReadFully(Span<byte> into, long offset)
    {
        if (!isFlushed)
        {
            file!.Flush();
            isFlushed = true;
        }

        while (into.Length > 0)
        {
            var read = RandomAccess.Read(handle!, into, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("the temporary file of matched events ends too early");
            }

            into = into[read..];
            offset += read;
        }
    }
}
