using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>
/// Keeps events by number: the first in memory, the rest in a temporary file that vanishes with the process.
/// </summary>
internal sealed class SpoolStorage(string temporaryDirectory, int memoryBytes) : IDisposable
{
    private const int HeaderBytes = 4 * sizeof(int) + (2 * sizeof(long));
    private const int AheadBytes = 1 << 18;
    private const int SmallestChunk = 1 << 12;
    private const int LargestChunk = 1 << 20;

    private readonly List<Event> inMemory = [];
    private readonly ChunkedList<(long Offset, long Time)> places = new();
    private readonly List<(string Index, string Source, string Sourcetype, string Host, string Cluster, bool IsMetric)> origins = [];
    private readonly Dictionary<(string, string, string, string, string, bool), int> originNumbers = [];
    private TemporaryFileStream? file;
    private SafeFileHandle? handle;
    private byte[] chunk = [];
    private int used;
    private long held;
    private long end;

    public long Count => inMemory.Count + places.Count;

    /// <summary>Takes a copy of an event; returns its number.</summary>
    public long Add(Event e)
    {
        var ordinal = Count;
        if (file is null && held + e.Raw.Length + e.Extra.Length <= memoryBytes)
        {
            held += e.Raw.Length + e.Extra.Length + 160;
            inMemory.Add(Copy(e, ordinal));
            return ordinal;
        }

        file ??= TemporaryFileStream.Create(temporaryDirectory);
        handle ??= file.Handle;
        places.Add((end, e.TimeNanoseconds));
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, e.Raw.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], e.Extra.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], OriginNumber(e));
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], e.TimeNanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], e.IndexTimeNanoseconds);
        file.Write(header);
        file.Write(e.Raw.Span);
        file.Write(e.Extra.Span);
        end += HeaderBytes + e.Raw.Length + e.Extra.Length;
        return ordinal;
    }

    /// <summary>To be called after the last event and before the first read.</summary>
    public void Complete() => file?.Flush();

    public long TimeOf(long ordinal) => ordinal < inMemory.Count ? inMemory[(int)ordinal].TimeNanoseconds : places[(int)(ordinal - inMemory.Count)].Time;

    public Event Read(long ordinal)
    {
        if (ordinal < inMemory.Count)
        {
            return inMemory[(int)ordinal];
        }

        var (offset, length) = PlaceOf(ordinal);
        var record = new byte[length];
        ReadFully(record, offset);
        return Decode(record, ordinal);
    }

    /// <summary>Events one after the other. Where they lie one after the other in the file too, it is read in larger pieces.</summary>
    public IEnumerable<Event> Read(IEnumerable<long> ordinals)
    {
        byte[]? ahead = null;
        var (start, count) = (0L, 0);
        try
        {
            foreach (var ordinal in ordinals)
            {
                if (ordinal < inMemory.Count)
                {
                    yield return inMemory[(int)ordinal];
                    continue;
                }

                var (offset, length) = PlaceOf(ordinal);
                ahead ??= ArrayPool<byte>.Shared.Rent(AheadBytes);
                if (offset < start || offset + length > start + count)
                {
                    var isNext = offset >= start && offset - start - count < ahead.Length;
                    if (!isNext || length > ahead.Length)
                    {
                        (start, count) = (offset + length, 0);
                        yield return Read(ordinal);
                        continue;
                    }

                    (start, count) = (offset, (int)Math.Min(ahead.Length, end - offset));
                    ReadFully(ahead.AsSpan(0, count), offset);
                }

                yield return Decode(ahead.AsSpan((int)(offset - start), length).ToArray(), ordinal);
            }
        }
        finally
        {
            if (ahead is not null)
            {
                ArrayPool<byte>.Shared.Return(ahead);
            }
        }
    }

    public void Dispose() => file?.Dispose();

    private (long Offset, int Length) PlaceOf(long ordinal)
    {
        var index = (int)(ordinal - inMemory.Count);
        var offset = places[index].Offset;
        return (offset, (int)((index + 1 < places.Count ? places[index + 1].Offset : end) - offset));
    }

    private Event Decode(byte[] record, long ordinal)
    {
        var rawLength = BinaryPrimitives.ReadInt32LittleEndian(record);
        var origin = origins[BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(8))];
        return new Event
        {
            Raw = record.AsMemory(HeaderBytes, rawLength),
            Extra = record.AsMemory(HeaderBytes + rawLength),
            TimeNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(16)),
            IndexTimeNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(24)),
            Index = origin.Index,
            Source = origin.Source,
            Sourcetype = origin.Sourcetype,
            Host = origin.Host,
            Cluster = origin.Cluster,
            IsMetric = origin.IsMetric,
            Ordinal = ordinal,
        };
    }

    private Event Copy(Event e, long ordinal) => new()
    {
        Raw = Copy(e.Raw.Span),
        Extra = Copy(e.Extra.Span),
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

    /// <summary>In chunks, which the garbage collector leaves where they are.</summary>
    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (chunk.Length - used < bytes.Length)
        {
            (chunk, used) = (GC.AllocateUninitializedArray<byte>(Math.Max(bytes.Length, Math.Clamp(2 * chunk.Length, SmallestChunk, LargestChunk))), 0);
        }

        bytes.CopyTo(chunk.AsSpan(used));
        used += bytes.Length;
        return chunk.AsMemory(used - bytes.Length, bytes.Length);
    }

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
