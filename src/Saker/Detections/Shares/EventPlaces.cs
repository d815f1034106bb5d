using Microsoft.Win32.SafeHandles;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>Events by a number each: what tells it from all others, or where its line stands, which is read again when that is asked for.</summary>
internal sealed class EventPlaces(IngestOptions options) : IDecodeSink, IDisposable
{
    private const int OffsetBits = 44;
    private const int FirstRead = 16 * 1024;
    private const int MostOpen = 16;

    private readonly Dictionary<int, SafeFileHandle> open = [];
    private readonly List<InputFile> files = [];
    private readonly ChunkedList<UInt128> identities = new();
    private readonly RecordDecoder decoder = new(options);
    private byte[] buffer = new byte[FirstRead];
    private UInt128? decoded;

    public int AddFile(InputFile file)
    {
        files.Add(file);
        return files.Count - 1;
    }

    /// <summary>A line that begins at a place of a file.</summary>
    public static long Numbered(int file, long offset) => ((long)file << OffsetBits) | offset;

    public long Numbered(UInt128 identity)
    {
        identities.Add(identity);
        return -identities.Count;
    }

    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public UInt128 IdentityAt(long number)
    {
        if (number < 0)
        {
            return identities[(int)(-number - 1)];
        }

        var file = files[(int)(number >> OffsetBits)];
        var length = ReadLine(Open((int)(number >> OffsetBits)), number & ((1L << OffsetBits) - 1));
        decoded = null;
        decoder.Decode(buffer.AsMemory(0, length), new RecordPlace(file.Path, 0, file.Day), this);

        // A line that decoding would reject stands for itself.
        return decoded ?? RunHash.Of(buffer.AsSpan(0, length));
    }

    public void Accept(Event e, EventKind kind, bool truncated) => decoded ??= EventIdentity.OfRun(e, kind);

    public void Other(string reason)
    {
    }

    public void Reject(in RecordPlace place, string reason)
    {
    }

    public void Dispose()
    {
        foreach (var handle in open.Values)
        {
            handle.Dispose();
        }

        open.Clear();
    }

    /// <summary>A file that is read again is mostly read again at once.</summary>
    private SafeFileHandle Open(int number)
    {
        if (!open.TryGetValue(number, out var handle))
        {
            if (open.Count == MostOpen)
            {
                Dispose();
            }

            handle = File.OpenHandle(files[number].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            open.Add(number, handle);
        }

        return handle;
    }

    private int ReadLine(SafeFileHandle handle, long offset)
    {
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            var read = RandomAccess.Read(handle, buffer.AsSpan(filled), offset + filled);
            var newline = buffer.AsSpan(filled, read).IndexOf((byte)'\n');
            if (newline >= 0 || read == 0)
            {
                return newline >= 0 ? filled + newline : filled;
            }

            filled += read;
        }
    }
}
