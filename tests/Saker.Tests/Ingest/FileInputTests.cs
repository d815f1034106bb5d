using System.Text;
using Saker.Detections;
using Saker.Detections.Sieving;
using Saker.Ingest;
using Saker.Tests.Scanning;
using Xunit;

namespace Saker.Tests.Ingest;

/// <summary>Files that change while they are read.</summary>
public sealed class FileInputTests
{
    [Fact]
    public void What_is_cut_off_of_a_file_does_not_pass_for_read()
    {
        using var logs = new TemporaryLogs();
        var path = logs.Write("a.log", string.Concat(Enumerable.Repeat("{}\n", 30_000)));
        using var framer = new RecordFramer(new FileInput(path), new IngestOptions(), 4096);
        var lines = framer.Next()!.Records.Count;
        Cut(path, 60_000);
        var rejected = new List<string>();
        while (framer.Next() is { } batch)
        {
            lines += batch.Records.Count;
            rejected.AddRange(batch.Records.Select(r => r.Rejected).OfType<string>());
            batch.Dispose();
        }

        Assert.Equal((20_001, "cannot read on: the file was cut from 90,000 to 60,000 bytes while it was read"), (lines, Assert.Single(rejected)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500_000)]
    public void What_is_cut_off_of_a_file_that_is_sieved_does_not_pass_for_read(int left)
    {
        using var logs = new TemporaryLogs();
        var text = string.Concat(Enumerable.Repeat(string.Join('\n', ScanSamples.AuditLines.Where(l => l.Length < 4000).Select(Encoding.UTF8.GetString)) + "\n", 10));
        var path = logs.Write("a.log", text);
        var check = new SieveCheck(ScanSamples.AuditLines);
        var read = 0L;
        var file = new InputFile(path, new FileInfo(path).Length, default);
        using var input = new InputSieve(new ScanSettings { SieveFromBytes = 0, StretchBytes = 64 << 10 }, check.Requests).Open(file, unit => read += unit.Bytes)!;
        Cut(path, left);
        var failure = Assert.Throws<IOException>(() => input.CopyTo(Stream.Null));
        Assert.EndsWith($" to {left:#,0} bytes while it was read", failure.Message, StringComparison.Ordinal);
        Assert.Equal(left, read);
    }

    [Fact]
    public void What_a_file_grows_by_is_read()
    {
        using var logs = new TemporaryLogs();
        var path = logs.Write("a.log", "one\n");
        using var input = new FileInput(path);
        Assert.Equal(4, input.Read(new byte[64]));
        File.AppendAllText(path, "more\n");
        Assert.Equal(5, input.Read(new byte[64]));
        Assert.Equal(0, input.Read(new byte[64]));
    }

    private static void Cut(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }
}
