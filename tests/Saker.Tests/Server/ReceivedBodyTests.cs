using Saker.Server.Receiving;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server;

/// <summary>What a body takes of the memory, and gives back.</summary>
public sealed class ReceivedBodyTests
{
    private const int Largest = 64 << 20;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(70_000, 0)]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData((1 << 20) + 1, (1 << 20) + 1)]
    [InlineData(5_000_000, 0)]
    [InlineData(5_000_000, 5_000_000)]
    [InlineData(5_000_000, 2_000_000)]
    [InlineData(Largest, 0)]
    [InlineData(Largest, Largest)]
    public async Task A_body_is_what_was_sent_whatever_length_it_announced(int length, int announced)
    {
        var room = new BodyRoom(2 * Largest);
        using (var body = new ReceivedBody(room))
        {
            await body.ReadAsync(new Counting(length), Largest, announced, default);
            Assert.Equal(length, body.Bytes.Length);
            for (var i = 0; i < length; i += 997)
            {
                Assert.Equal((byte)i, body.Bytes.Span[i]);
            }

            Assert.True(room.Used >= length);
        }

        Assert.Equal(0, room.Used);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Largest)]
    public async Task One_byte_too_many_is_refused_and_all_is_given_back(int announced)
    {
        var room = new BodyRoom(2 * Largest);
        using (var body = new ReceivedBody(room))
        {
            var refused = await Assert.ThrowsAsync<BodyRefusedException>(() => body.ReadAsync(new Counting(Largest + 1), Largest, announced, default));
            Assert.Equal(BodyFault.TooLarge, refused.Fault);
        }

        Assert.Equal(0, room.Used);
    }

    [Fact]
    public async Task Whoever_announces_much_and_sends_little_takes_little()
    {
        var room = new BodyRoom(2 * Largest);
        using var body = new ReceivedBody(room);
        await body.ReadAsync(new Counting(1000), Largest, Largest, default);
        Assert.InRange(room.Used, 1000, 2 << 20);
    }

    [Fact]
    public async Task A_large_body_leaves_no_garbage()
    {
        var room = new BodyRoom(2 * Largest);
        using var sent = new Counting(Largest);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var body = new ReceivedBody(room);
        // The stream answers at once, so that all of it runs on this thread.
        await body.ReadAsync(sent, Largest, 0, default);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public async Task Bytes_of_a_body_that_is_over_are_not_read()
    {
        var body = new ReceivedBody(new BodyRoom(2 * Largest));
        await body.ReadAsync(new Counting(3 << 20), Largest, 0, default);
        var bytes = body.Bytes;
        body.Dispose();
        Assert.Throws<ObjectDisposedException>(() => bytes.Span.Length);
    }

    [Fact]
    public void A_block_is_given_back_once()
    {
        var block = new LargeBlock(1000);
        block.Memory.Span.Fill(7);
        using (var pin = block.Memory[10..].Pin())
        {
            Assert.Equal(7, block.Memory.Span[10]);
        }

        block.Dispose();
        block.Dispose();
        Assert.Throws<ObjectDisposedException>(() => block.GetSpan().Length);
    }

    /// <summary>So many bytes, each its place, a piece at a time.</summary>
    private sealed class Counting(int length) : MemoryStream
    {
        private int at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Math.Min(Math.Min(buffer.Length, 50_000), length - at);
            for (var i = 0; i < read; i++)
            {
                buffer.Span[i] = (byte)(at + i);
            }

            at += read;
            return new ValueTask<int>(read);
        }
    }
}
