using Microsoft.Win32.SafeHandles;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>Events by where their lines stand, which are read again when it is asked what tells them from all others.</summary>
internal sealed class EventPlaces(IngestOptions options) : IDecodeSink, IDisposable
{
    private const int OffsetBits = 44;
    private const int FirstRead = 4 * 1024;
    private const int MostOpen = 16;

    private readonly Dictionary<int, SafeFileHandle> open = [];
    private readonly List<InputFile> files = [];
    private readonly RecordDecoder decoder = new(options);
    private byte[] buffer = new byte[FirstRead];
    private byte[] second = new byte[FirstRead];
    private UInt128? decoded;

    public int AddFile(InputFile file)
    {
        files.Add(file);
        return files.Count - 1;
    }

    /// <summary>A line that begins at a place of a file.</summary>
    public static long Numbered(int file, long offset) => ((long)file << OffsetBits) | offset;

    /// <summary>Whether two lines are the same bytes: then so are their events.</summary>
    /// <exception cref="IOException">A file cannot be read any more.</exception>
    public bool AreLinesEqual(long one, long other)
    {
        var length = ReadLine(one);
        (buffer, second) = (second, buffer);
        var otherLength = ReadLine(other);
        return second.AsSpan(0, length).SequenceEqual(buffer.AsSpan(0, otherLength));
    }

    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public UInt128 IdentityAt(long place)
    {
        var file = files[(int)(place >> OffsetBits)];
        var length = ReadLine(place);
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

    private int ReadLine(long place) => ReadLine(Open((int)(place >> OffsetBits)), place & ((1L << OffsetBits) - 1));

    private int ReadLine(SafeFileHandle handle, long offset)
    {
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            // A buffer that grew for a long line is not filled for each short one.
            var more = Math.Min(buffer.Length - filled, Math.Max(filled, FirstRead));
            var read = RandomAccess.Read(handle, buffer.AsSpan(filled, more), offset + filled);
            var newline = buffer.AsSpan(filled, read).IndexOf((byte)'\n');
            if (newline >= 0 || read == 0)
            {
                return newline >= 0 ? filled + newline : filled;
            }

            filled += read;
        }
    }
}
