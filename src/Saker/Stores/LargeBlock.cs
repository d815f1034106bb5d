using System.Buffers;
using System.Runtime.InteropServices;

namespace Saker.Stores;

/// <summary>
/// Memory beside the heap, for what is large and soon over: pages count from when they are written to, and are the machine's again at once when it is disposed, not at some later
/// collection. Its bytes are not zeroed. Whoever asks for them after it was disposed gets an <see cref="ObjectDisposedException"/>; a span that is held longer than that is a mistake
/// nothing catches, so it is for bytes that are read and copied, never for values that live on.
/// </summary>
internal sealed unsafe class LargeBlock : MemoryManager<byte>
{
    private nint start;

    /// <exception cref="OutOfMemoryException">The machine has not so much.</exception>
    public LargeBlock(int length) => (start, Length) = ((nint)NativeMemory.Alloc((nuint)length), length);

    /// <summary>In bytes.</summary>
    public int Length { get; }

    public override Span<byte> GetSpan() => new(Start(), Length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length, nameof(elementIndex));
        return new MemoryHandle(Start() + elementIndex, default, this);
    }

    public override void Unpin()
    {
        // It never moves.
    }

    public void Dispose() => Dispose(true);

    protected override void Dispose(bool disposing) => NativeMemory.Free((void*)Interlocked.Exchange(ref start, 0));

    private byte* Start()
    {
        ObjectDisposedException.ThrowIf(start == 0, this);
        return (byte*)start;
    }
}
