using System.Globalization;
using System.IO.Compression;
using System.IO.Pipes;
using System.Text;
using Saker.Detections;
using Saker.Detections.Sieving;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Saker.Tests.Detections;
using Xunit;

namespace Saker.Tests.Scanning;

/// <summary>What comes through a pipe or gzip is sieved as a file is.</summary>
public sealed class SievedStreamTests
{
    private static readonly IngestOptions Options = new() { Clock = new FixedClock(), MaskKey = "test"u8.ToArray() };

    private static readonly List<string> Plain = [.. ScanSamples.AuditLines.Select(Encoding.UTF8.GetString).Where(l => l.StartsWith("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/", StringComparison.Ordinal))];

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Packed_piped_and_plain_inputs_give_the_same(string newline)
    {
        var text = Encoding.UTF8.GetBytes(Text(newline, bytes: 6 << 20));
        using var logs = new TemporaryLogs();
        var path = Path.Combine(logs.Path, "plain.log");
        File.WriteAllBytes(path, text);
        using var all = await ScanRun.Of([path], new ScanSettings { Ingest = Options, DecodesAll = true });
        Assert.True(all.RiskEvents.Count > 0);
        foreach (var kernel in KernelTable.Supported)
        {
            foreach (var (name, write) in (IEnumerable<(string, Action<Stream>)>)
            [
                ("one.gz", to => Pack(to, text)), ("many.gz", to => PackInMembers(to, text)), ("twice.gz", to => PackTwice(to, text)), ("plain", to => to.Write(text)),
            ])
            {
                using var run = await Piped(write, new ScanSettings { Ingest = Options, SieveFromBytes = 0, Kernel = kernel });
                Equal(all, run);
                Assert.True(run.Counts.Sieved > 1000, name);
            }

            var packed = Path.Combine(logs.Path, "packed.gz");
            using (var to = File.Create(packed))
            {
                PackInMembers(to, text);
            }

            using var file = await ScanRun.Of([packed], new ScanSettings { Ingest = Options, SieveFromBytes = 0, Kernel = kernel });
            Equal(all, file);
            Assert.True(file.Counts.Sieved > 1000);
        }
    }

    [Fact]
    public async Task Sieving_begins_once_there_is_much_of_it()
    {
        var text = Encoding.UTF8.GetBytes(Text("\n", bytes: 14 << 20));
        using var all = await Piped(to => to.Write(text), new ScanSettings { Ingest = Options, SieveFromBytes = 64 << 20 });
        Assert.Equal(0, all.Counts.Sieved);
        using var late = await Piped(to => to.Write(text), new ScanSettings { Ingest = Options, SieveFromBytes = 6 << 20 });
        using var soon = await Piped(to => to.Write(text), new ScanSettings { Ingest = Options, SieveFromBytes = 6 << 20, InputBytes = 6 << 20 });
        Equal(all, late);
        Equal(all, soon);
        Assert.InRange(late.Counts.Sieved, 1, soon.Counts.Sieved / 2);
    }

    [Fact]
    public async Task Where_the_first_lines_are_not_worth_sieving_later_ones_are()
    {
        var other = string.Concat(Enumerable.Repeat("2026-03-14 10:00:00 a line of some other log\n", 9 << 20 >> 5));
        var text = Encoding.UTF8.GetBytes(other + Text("\n", bytes: 12 << 20));
        using var all = await Piped(to => to.Write(text), new ScanSettings { Ingest = Options, DecodesAll = true });
        using var run = await Piped(to => to.Write(text), new ScanSettings { Ingest = Options, SieveFromBytes = 2 << 20 });
        Equal(all, run);
        Assert.True(run.Counts.Sieved > 500);
    }

    [Theory]
    [InlineData(5_000_000)]
    [InlineData(70_000_000)]
    public async Task A_line_longer_than_a_block_is_told_as_it_is_of_a_file(int length)
    {
        var lines = Plain.Take(300).ToList();
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n{\"kind\":\"Event\",\"x\":\"" + new string('x', length) + "\"}\n" + string.Join('\n', lines.Select(l => l.Replace("\"auditID\":\"", "\"auditID\":\"again-", StringComparison.Ordinal))) + "\n");
        using var logs = new TemporaryLogs();
        var path = Path.Combine(logs.Path, "plain.log");
        File.WriteAllBytes(path, text);
        using var all = await ScanRun.Of([path], new ScanSettings { Ingest = Options, DecodesAll = true });
        using var run = await Piped(to => Pack(to, text), new ScanSettings { Ingest = Options, SieveFromBytes = 0 });
        Equal(all, run);
        Assert.Equal(length > Options.LargestRecordBytes ? 1 : 0, run.Counts.Rejected);
    }

    [Fact]
    public async Task What_cannot_be_unpacked_is_told_with_its_line_after_all_that_could()
    {
        var text = Encoding.UTF8.GetBytes(Text("\n", bytes: 9 << 20, withOthers: false));
        using var packed = new MemoryStream();
        Pack(packed, text);
        var whole = packed.ToArray();
        var lines = text.AsSpan().Count((byte)'\n');
        using var logs = new TemporaryLogs();
        var path = Path.Combine(logs.Path, "broken.gz");
        var late = whole.Length / 4 * 3;
        foreach (var (broken, reason, isWhole) in ((byte[], string, bool)[])
        [
            (whole[..late], "gzip: the data are cut off, or something else follows them", false),
            (whole[..^8], "gzip: the data are cut off, or something else follows them", true),
            ([.. whole, .. "and more"u8], "gzip: the data are cut off, or something else follows them", true),
            ([.. whole[..late], .. new byte[2000], .. whole[late..]], "gzip: the data are corrupt", false),
        ])
        {
            File.WriteAllBytes(path, broken);
            using var read = await ScanRun.Of([path], new ScanSettings { Ingest = Options, DecodesAll = true });
            using var run = await ScanRun.Of([path], new ScanSettings { Ingest = Options, SieveFromBytes = 0 });
            Equal(read, run);
            Assert.True(run.Counts.Sieved > 500);
            var (line, told) = WithoutName(run.Counts.Rejections[^1]);
            Assert.Equal(reason, told);
            Assert.InRange(line, isWhole ? lines : lines / 2, lines + 1);
        }
    }

    [Fact]
    public async Task A_search_that_only_groups_reads_a_pipe_as_it_reads_a_file()
    {
        var text = Encoding.UTF8.GetBytes(Text("\n", bytes: 9 << 20));
        const string search = "index=* verb=create objectRef.resource=pods | stats count by user.username";
        var decoded = await Searched(search, text, new ScanSettings { Ingest = Options, DecodesAll = true });
        var sieved = await Searched(search, text, new ScanSettings { Ingest = Options, SieveFromBytes = 0 });
        Assert.Equal(decoded.Rows, sieved.Rows);
        Assert.Contains("count", decoded.Rows, StringComparison.Ordinal);
        Assert.True(sieved.Sieved > 500);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(61)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Blocks_are_of_whole_lines_wherever_they_end(int blockBytes)
    {
        var random = new Random(blockBytes);
        for (var i = 0; i < 200; i++)
        {
            var lines = Enumerable.Range(0, random.Next(60)).Select(_ => new string('x', random.Next(random.Next(3) == 0 ? 3 * blockBytes : 20) % 4000));
            var text = string.Join('\n', lines) + (random.Next(2) == 0 ? "\n" : "");
            using var blocks = new LineBlocks(new Trickle(Encoding.UTF8.GetBytes(text), random), blockBytes);
            var read = new StringBuilder();
            while (blocks.Next() is { } block)
            {
                var isStart = read.Length == 0 || read[^1] == '\n';
                var (start, rest) = (Encoding.UTF8.GetString(block.Start), Encoding.UTF8.GetString(block.Lines));
                Assert.True(rest.Length == 0 || start.EndsWith('\n') || (start.Length == 0 && isStart));
                read.Append(start).Append(rest);
                Assert.True(rest.Length == 0 || rest[^1] == '\n' || read.Length == text.Length);
                Assert.True(start.Length == 0 || !isStart || !start.TrimEnd('\n').Contains('\n', StringComparison.Ordinal));
                block.Return();
            }

            Assert.Equal(text, read.ToString());
        }
    }

    [Fact]
    public async Task Whoever_stops_reading_does_not_wait_for_a_pipe()
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var sieve = new InputSieve(new ScanSettings { Ingest = Options }, []);
        var stream = sieve.Open(new InputFile($"/dev/fd/{pipe.GetClientHandleAsString()}", 0, default), _ => { })!;
        await pipe.WriteAsync("x\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await Task.Run(stream.Dispose, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static string Text(string newline, int bytes, bool withOthers = true)
    {
        string[] others =
        [
            "{\"items\":[" + newline + Plain[0] + newline + "]}", "not JSON at all", "", Plain[6][..(Plain[6].Length / 2)], Plain[7] + Plain[8], Plain[0].Replace("\"auditID\"", newline + "\"auditID\"", StringComparison.Ordinal),
            "{\"log\":" + System.Text.Json.JsonSerializer.Serialize(Plain[3]) + ",\"stream\":\"stdout\",\"time\":\"2026-03-14T10:00:00Z\"}", "{\"a\":[" + newline + Plain[0] + newline + Plain[1] + newline + "]}",
        ];
        var random = new Random(11);
        var text = new StringBuilder();
        for (var i = 0; text.Length < bytes; i++)
        {
            var line = withOthers && random.Next(25) == 0 ? others[random.Next(others.Length)] : Plain[random.Next(Plain.Count)].Replace("\"auditID\":\"", $"\"auditID\":\"{i}-", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : newline).Append(line);
        }

        return text.ToString();
    }

    private static void Pack(Stream to, ReadOnlySpan<byte> text)
    {
        using var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(text);
    }

    /// <summary>As rotated logs are put together: members that end in the middle of a line.</summary>
    private static void PackInMembers(Stream to, byte[] text)
    {
        for (var at = 0; at < text.Length; at += 1_234_567)
        {
            Pack(to, text.AsSpan(at, Math.Min(1_234_567, text.Length - at)));
        }
    }

    private static void PackTwice(Stream to, byte[] text)
    {
        using var once = new MemoryStream();
        Pack(once, text);
        Pack(to, once.ToArray());
    }

    private static async Task<ScanRun> Piped(Action<Stream> write, ScanSettings settings)
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var path = $"/dev/fd/{pipe.GetClientHandleAsString()}";
        var run = ScanRun.Of([path], settings);
        var writing = Task.Run(() => write(pipe));

        // Where the scan is over first, it has failed: nobody reads what is still to be written.
        await Task.WhenAny(run, writing);
        pipe.DisposeLocalCopyOfClientHandle();
        if (!run.IsCompleted)
        {
            await writing;
        }

        pipe.Dispose();
        return await run;
    }

    private static async Task<(string Rows, long Sieved)> Searched(string search, byte[] text, ScanSettings settings)
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var file = new InputFile($"/dev/fd/{pipe.GetClientHandleAsString()}", 0, default);
        using var run = new FileSearch(SearchPlanner.Plan(new SourceText("search", search), new MacroTable()), settings);
        var reading = run.ReadAsync(file, _ => { }, CancellationToken.None);
        await Task.Run(() => pipe.Write(text));
        pipe.DisposeLocalCopyOfClientHandle();
        pipe.Dispose();
        await reading;
        var result = run.Run(CancellationToken.None);
        var fields = result.Context.Fields;
        var rows = result.Stream.Rows.Select(row => string.Join(" | ", result.ColumnsOf(row).Select(c => $"{c}={row[fields.Slot(c)].Text}"))).ToList();
        return (string.Join('\n', rows), run.Counts.Sieved);
    }

    private static void Equal(ScanRun all, ScanRun run)
    {
        Assert.Equal(Shown(all), Shown(run));
        Assert.Equal(all.Times, run.Times);
        Assert.Equal((all.Counts.Recognised, all.Counts.Other, all.Counts.Rejected, all.Counts.Truncated), (run.Counts.Recognised, run.Counts.Other, run.Counts.Rejected, run.Counts.Truncated));
        Assert.Equal(all.Counts[EventKind.Audit], run.Counts[EventKind.Audit]);
        Assert.Equal(all.Counts.Rejections.Select(WithoutName), run.Counts.Rejections.Select(WithoutName));
    }

    /// <summary>Of <c>/dev/fd/7:12: why</c> the line and the reason.</summary>
    private static (int Line, string Reason) WithoutName(string rejection)
    {
        var parts = rejection.Split(':', 3);
        return (int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2].Trim());
    }

    private static string Shown(ScanRun run) => string.Join('\n', run.RiskEvents.Select(e => $"{e.Id} {e.FirstNanoseconds} {e.LastNanoseconds} {e.RiskObject} {e.Score} {e.Message} {string.Join(' ', run.EvidenceOf(e))}"));

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] text, Random random) : InputStream
    {
        private int at;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(buffer.Length, text.Length - at), 1 + random.Next(50));
            text.AsSpan(at, count).CopyTo(buffer);
            at += count;
            return count;
        }
    }
}
