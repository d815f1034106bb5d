using System.Buffers;

namespace Saker.Server.Receiving;

/// <summary>A body in memory, decompressed. Valid until it is disposed.</summary>
internal sealed class ReceivedBody(BodyRoom room) : IDisposable
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>Above it buffers are as large as they must be: the pool's are the next power of two, and stay.</summary>
    private const int LargestPooled = 1024 * 1024;

    private byte[] buffer = [];
    private int length;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads a stream to its end; beyond <paramref name="largest"/> bytes it is refused. <paramref name="expected"/> is how long it says it is, or 0.</summary>
    public async Task ReadAsync(Stream stream, int largest, long expected, CancellationToken cancellation)
    {
        Grow((int)Math.Clamp(expected + 1, FirstBytes, (long)largest + 1));
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            length += read;
            if (length > largest)
            {
                throw new BodyRefusedException(BodyFault.TooLarge, $"the body is larger than {largest:#,0} bytes");
            }

            if (length == buffer.Length)
            {
                Grow((int)Math.Min(2L * buffer.Length, (long)largest + 1));
            }
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            room.GiveBack(buffer.Length);
            Return(buffer);
            buffer = [];
            length = 0;
        }
    }

    private void Grow(int bytes)
    {
        var isPooled = bytes <= LargestPooled;
        var larger = isPooled ? ArrayPool<byte>.Shared.Rent(bytes) : [];
        if (!room.TryTake(isPooled ? larger.Length : bytes))
        {
            Return(larger);
            throw new BodyRefusedException(BodyFault.NoRoom, "too much is being received at the moment");
        }

        larger = isPooled ? larger : GC.AllocateUninitializedArray<byte>(bytes);

        if (buffer.Length > 0)
        {
            buffer.AsSpan(0, length).CopyTo(larger);
            room.GiveBack(buffer.Length);
            Return(buffer);
        }

        buffer = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
