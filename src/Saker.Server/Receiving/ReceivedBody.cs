using System.Buffers;
using Saker.Stores;

namespace Saker.Server.Receiving;

/// <summary>A body in memory, decompressed. Valid until it is disposed.</summary>
internal sealed class ReceivedBody(BodyRoom room) : IDisposable
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>Above it a body has a block of its own, which leaves no garbage as it grows: the pool's arrays are the next power of two, and stay.</summary>
    private const int LargestPooled = 1024 * 1024;

    private byte[] pooled = [];
    private LargeBlock? block;
    private int taken;
    private int length;

    public ReadOnlyMemory<byte> Bytes => Buffer[..length];

    private Memory<byte> Buffer => block?.Memory ?? pooled;

    /// <summary>
    /// Reads a stream to its end; beyond <paramref name="largest"/> bytes it is refused. <paramref name="expected"/> is how long it says it is, or 0. It takes room as it comes: a sender that
    /// announces much and sends little takes little.
    /// </summary>
    public async Task ReadAsync(Stream stream, int largest, long expected, CancellationToken cancellation)
    {
        // One byte more tells that there is no more, or too much.
        var most = (int)Math.Min(largest + 1L, Array.MaxLength);
        var end = expected > 0 ? (int)Math.Min(expected + 1, most) : most;
        Grow(expected > 0 ? Math.Min(end, LargestPooled) : Math.Min(FirstBytes, most), end);
        while (true)
        {
            var read = await stream.ReadAsync(Buffer[length..taken], cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            length += read;
            if (length > largest)
            {
                throw new BodyRefusedException(BodyFault.TooLarge, $"the body is larger than {largest:#,0} bytes");
            }

            if (length == taken)
            {
                end = length < end ? end : most;
                Grow((int)Math.Min(2L * taken, end), end);
            }
        }
    }

    public void Dispose()
    {
        room.GiveBack(taken);
        Release();
        (taken, length) = (0, 0);
    }

    /// <summary>Makes room for so many bytes; <paramref name="end"/> is how many it may come to.</summary>
    private void Grow(int bytes, int end)
    {
        if (!room.TryTake(bytes - taken))
        {
            throw NoRoom();
        }

        taken = bytes;
        if (Buffer.Length >= bytes)
        {
            return;
        }

        if (bytes <= LargestPooled)
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes);
            Bytes.CopyTo(larger);
            Release();
            pooled = larger;
            return;
        }

        try
        {
            // Of the machine's memory it takes what is written to.
            var larger = new LargeBlock(end);
            Bytes.CopyTo(larger.Memory);
            Release();
            block = larger;
        }
        catch (OutOfMemoryException)
        {
            throw NoRoom();
        }
    }

    private void Release()
    {
        if (pooled.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(pooled);
            pooled = [];
        }

        block?.Dispose();
        block = null;
    }

    private static BodyRefusedException NoRoom() => new(BodyFault.NoRoom, "too much is being received at the moment");
}
