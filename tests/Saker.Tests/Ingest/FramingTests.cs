using System.Diagnostics;
using System.Text;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class FramingTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(1024)]
    public void Records_do_not_depend_on_where_buffers_end(int batchBytes)
    {
        const string text = "\uFEFF{\"a\":1}\r\n\r\n{\"b\":{\"x\":[1,2]}}{\"c\":\"}\"} {\"d\":4},\nplain text\r\n{\n  \"e\": [\n    1\n  ]\n}\n\uFEFF{\"f\":\"\\\"\"}\n";
        Assert.Equal(["1:{\"a\":1}", "3:{\"b\":{\"x\":[1,2]}}", "3:{\"c\":\"}\"}", "3:{\"d\":4}", "4:plain text", "5:{\n  \"e\": [\n    1\n  ]\n}", "10:{\"f\":\"\\\"\"}"], Frame(text, batchBytes));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    public void Elements_of_a_root_array_are_records(int batchBytes)
    {
        Assert.Equal(["1:{\"a\":1}", "2:{\"b\":2}", "4:{\n\"c\":3}"], Frame(" [ {\"a\":1},\n{\"b\":2}\n,\n{\n\"c\":3}\n]\n", batchBytes));
        Assert.Equal(["1:{\"a\":1}", "1:{\"b\":2}", "2:{\"c\":3}"], Frame("[[{\"a\":1}],[{\"b\":2}]]\n{\"c\":3}", batchBytes));
        Assert.Equal(["1:{\"a\":1}", "1! not valid JSON: the array that starts here does not end"], Frame("[{\"a\":1},", batchBytes));
        Assert.Empty(Frame("[]\n[ ]", batchBytes));
    }

    [Fact]
    public void A_line_that_starts_with_a_bracket_is_text()
    {
        Assert.Equal(["1:[2026-01-01] INFO x", "2:[[section]]", "3:{\"a\":1}"], Frame("[2026-01-01] INFO x\n[[section]]\n{\"a\":1}"));
    }

    [Fact]
    public void A_broken_line_does_not_take_the_next_ones_with_it()
    {
        Assert.Equal(
            ["1:{\"a\":1}", "2! not valid JSON: the text ends inside a string", "3:{\"c\":3}", "4! not valid JSON: unexpected '{' in line 5", "5:{\"e\":5}", "6! not valid JSON: the text ends inside an object or array"],
            Frame("{\"a\":1}\n{\"b\":\"half\n{\"c\":3}\n{\"d\":[1,2\n{\"e\":5}\n{\"f\":{"));
    }

    [Fact]
    public void A_brace_does_not_make_json()
    {
        Assert.Equal("0 0 2", Reading.Of("{not json} at all\n{'kind': 'Event'}\n").Tally);
        Assert.Equal("1 0 0", Reading.Of("""{"event":"{web} started"}""").Tally);
        Assert.Equal("{token: {\"kind\":\"Secret", Reading.Of("""{"event":"{token: {\"kind\":\"Secret"}""").Raw);
    }

    [Fact]
    public void A_document_that_breaks_in_a_later_line_is_given_up_by_its_first()
    {
        Assert.Equal(
            ["1! not valid JSON: unexpected '}' in line 3", "2:\"a\": 1,", "3:}", "4:{\"b\":2}"],
            Frame("{\n\"a\": 1,\n}\n{\"b\":2}"));
    }

    [Theory]
    [InlineData("{\n")]
    [InlineData("[\n")]
    [InlineData("{\"a\":\n")]
    [InlineData("{\"a\":[\n")]
    [InlineData("{\"a\":[{}\n,\n")]
    [InlineData("{{{{{{{{\n")]
    [InlineData("\"\n")]
    [InlineData("]}\n")]
    [InlineData("2026-01-01T00:00:00.0000000Z stdout P {\n")]
    [InlineData("{\"log\":\"x\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}\n")]
    public void Hostile_nesting_costs_linear_time(string line)
    {
        var text = string.Concat(Enumerable.Repeat(line, 300_000));
        var watch = Stopwatch.StartNew();
        var reading = Reading.Of(text, new IngestOptions { LargestRecordBytes = 1 << 20 });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
        Assert.True(reading.Counts.Read > 0);
    }

    [Fact]
    public void The_elements_of_a_document_above_the_bound_are_read()
    {
        var element = "{\n\"message\": " + Reading.Quoted(Samples.Audit) + "\n}";
        var text = "{\"events\": [\n" + string.Join(",\n", Enumerable.Repeat(element, 2_000)) + "\n]}\n";
        var reading = Reading.Of(text, new IngestOptions { LargestRecordBytes = 100_000 });
        Assert.Equal("2000 0 2", reading.Tally);
    }

    [Fact]
    public void Deep_nesting_is_read()
    {
        var deep = "{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}\n{\"b\":1}\n";
        Assert.Equal("0 2 0", Reading.Of(deep).Tally);
        Assert.Equal("0 1 1", Reading.Of("{\"a\":" + new string('[', 200_000) + new string(']', 200_000) + "}\n{\"b\":1}\n").Tally);
    }

    [Fact]
    public void A_line_longer_than_allowed_is_rejected_and_the_rest_is_read()
    {
        using var stream = new Repeated("{\"a\":\"", (byte)'x', 3_000_000, "\"}\n" + Samples.Audit + "\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = Reading.Of(stream, new IngestOptions { LargestRecordBytes = 1_000_000 });
        Assert.Equal("1 0 1", reading.Tally);
        Assert.Equal(["in.log:1: longer than 1,000,000 bytes"], reading.Counts.Rejections);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
    }

    [Fact]
    public void Odd_bytes_do_not_stop_reading()
    {
        byte[] odd = [.. "{\"a\":\"\xff\"}\n"u8, 0xFF, 0xFE, 0x80, (byte)'\n', 0, 0, 0, .. Encoding.UTF8.GetBytes(Samples.Audit), (byte)'\r', (byte)'\n', (byte)'{', 0, (byte)'}'];
        Assert.Equal("1 2 1", Reading.Of(odd).Tally);
    }

    [Fact]
    public void Input_that_is_no_text_is_refused_with_a_reason()
    {
        Assert.Contains("UTF-16", Assert.Single(Reading.Of(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Samples.Audit)).ToArray()).Counts.Rejections));
        Assert.Contains("UTF-16", Assert.Single(Reading.Of(Encoding.BigEndianUnicode.GetBytes(Samples.Audit)).Counts.Rejections));
        Assert.Contains("zstd", Assert.Single(Reading.Of([0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3]).Counts.Rejections));
        Assert.Contains("zip", Assert.Single(Reading.Of([(byte)'P', (byte)'K', 3, 4, 1, 2, 3]).Counts.Rejections));
        Assert.Equal(0, Reading.Of("").Counts.Read);
        Assert.Equal(0, Reading.Of(" \n\n").Counts.Read);
    }

    [Fact]
    public void Gzip_is_read_whole_in_members_and_as_far_as_it_goes()
    {
        var lines = string.Concat(Enumerable.Repeat(Samples.Audit + "\n", 200));
        var packed = Reading.Gzip(lines);
        Assert.Equal("200 0 0", Reading.Of(packed).Tally);
        Assert.Equal("400 0 0", Reading.Of([.. packed, .. packed]).Tally);
        Assert.Equal("200 0 0", Reading.Of(Reading.Gzip(packed)).Tally);

        var noise = new byte[60_000];
        new Random(1).NextBytes(noise);
        packed = Reading.Gzip(lines + Convert.ToHexString(noise) + "\n" + lines);
        var cut = Reading.Of(packed[..(packed.Length / 2)]);
        Assert.Equal(200, cut.Counts.Recognised);
        Assert.Contains("in.log:201: gzip: the data are cut off", string.Join('|', cut.Counts.Rejections));

        packed[packed.Length / 2] ^= 0x55;
        packed[packed.Length - 6] ^= 0x55;
        var corrupt = Reading.Of(packed);
        Assert.True(corrupt.Counts.Recognised >= 200);
        Assert.Contains("gzip: the data are corrupt", string.Join('|', corrupt.Counts.Rejections));
        Assert.Contains("cut off", string.Join('|', Reading.Of(Reading.Gzip("x\n")[..^4]).Counts.Rejections));
    }

    private static List<string> Frame(string text, int batchBytes = 64)
    {
        using var framer = new RecordFramer(new MemoryStream(Encoding.UTF8.GetBytes(text)), new IngestOptions(), batchBytes);
        var found = new List<string>();
        while (framer.Next() is { } batch)
        {
            using (batch)
            {
                foreach (var record in batch.Records)
                {
                    found.Add(record.Rejected is null ? $"{record.Line}:{Encoding.UTF8.GetString(batch[record].Span)}" : $"{record.Line}! {record.Rejected}");
                }
            }
        }

        return found;
    }

    /// <summary>A long line that is not held in memory.</summary>
    private sealed class Repeated(string head, byte filler, int count, string tail) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int length)
        {
            var read = 0;
            for (; read < length && _at < head.Length + count + tail.Length; read++, _at++)
            {
                buffer[offset + read] = _at < head.Length ? (byte)head[(int)_at] : _at < head.Length + count ? filler : (byte)tail[(int)(_at - head.Length - count)];
            }

            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
