using System.Text;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Server.Tailing;

public sealed class FileTailTests
{
    [Fact]
    public async Task What_is_added_is_read_and_a_half_line_waits_for_its_end()
    {
        using var bench = new TailBench();
        bench.Write("a.log", "one\ntwo\nthr");
        await bench.FollowAsync(2);
        Assert.Equal(["one", "two"], bench.Kept);
        bench.Write("a.log", "ee\n");
        await bench.FollowAsync();
        Assert.Equal(["one", "two", "three"], bench.Kept);
        Assert.Equal("file" + bench.At("a.log"), Assert.Single(bench.Sources));
    }

    [Fact]
    public async Task A_renamed_file_is_read_to_its_end_and_the_new_one_from_its_beginning()
    {
        using var bench = new TailBench();
        bench.Write("a.log", "1\n");
        await bench.FollowAsync();
        bench.Write("a.log", "2\n");
        File.Move(bench.At("a.log"), bench.At("a.log.1"));
        bench.Write("a.log.1", "3\n");
        bench.Write("a.log", "4\n");
        await bench.FollowAsync(3);
        Assert.Equal(["1", "2", "3", "4"], bench.Kept.Order());
    }

    [Theory]
    [InlineData("a.log.1")]
    [InlineData("a-2026-01-01T00-00-00.000.log")]
    public async Task A_file_that_was_renamed_while_nobody_looked_is_found_beside_its_old_name(string rotated)
    {
        using var bench = new TailBench("a.log");
        bench.Write("a.log", "1\n");
        await bench.FollowAsync();
        bench.Crash();
        bench.Write("a.log", "2\n");
        File.Move(bench.At("a.log"), bench.At(rotated));
        bench.Write("a.log", "3\n");
        await bench.FollowAsync(3);
        Assert.Equal(["1", "2", "3"], bench.Kept.Order());
    }

    [Fact]
    public async Task A_file_that_came_and_was_rotated_while_nobody_looked_is_read_too()
    {
        using var bench = new TailBench("a.log");
        bench.Write("a.log", "1\n");
        await bench.FollowAsync();
        bench.Crash();
        File.Move(bench.At("a.log"), bench.At("a.log.2"));
        bench.Write("a.log.1", "2\n");
        bench.Write("a.log", "3\n");
        await bench.FollowAsync(3);
        Assert.Equal(["1", "2", "3"], bench.Kept.Order());
    }

    [Fact]
    public async Task A_file_that_was_packed_while_nobody_looked_is_read_on_from_where_it_was()
    {
        using var bench = new TailBench("a.log");
        bench.Write("a.log", Lines(0, 2000));
        await bench.FollowAsync();
        bench.Crash();
        bench.Write("a.log", Lines(2000, 4000));
        File.Move(bench.At("a.log"), bench.At("a.log.1"));
        bench.Gzip("a.log.1");
        bench.Write("a.log", Lines(4000, 4010));
        await bench.FollowAsync(4);
        AssertOnce(4010, bench);
    }

    [Fact]
    public async Task Packed_files_are_read_once()
    {
        using var bench = new TailBench();
        bench.Write("a.log", Lines(0, 3000));
        bench.Gzip("a.log");
        await bench.FollowAsync(3);
        AssertOnce(3000, bench);
        bench.Crash();
        await bench.FollowAsync(2);
        File.Move(bench.At("a.log.gz"), bench.At("a.log.2.gz"));
        await bench.FollowAsync(2);
        AssertOnce(3000, bench);
    }

    [Fact]
    public async Task A_packed_file_that_is_still_being_written_is_read_when_it_is_whole()
    {
        using var bench = new TailBench();
        bench.Write("a.log", Lines(0, 3000));
        bench.Gzip("a.log");
        var whole = File.ReadAllBytes(bench.At("a.log.gz"));
        File.WriteAllBytes(bench.At("a.log.gz"), whole[..(whole.Length / 2)]);
        await bench.FollowAsync(3);
        File.WriteAllBytes(bench.At("a.log.gz"), whole);
        await bench.FollowAsync(3);
        AssertOnce(3000, bench);
    }

    [Fact]
    public async Task A_file_that_is_copied_and_truncated_gives_each_line_once()
    {
        using var bench = new TailBench();
        bench.Write("a.log", Lines(0, 100));
        await bench.FollowAsync();
        bench.Write("a.log", Lines(100, 150));
        File.Copy(bench.At("a.log"), bench.At("a.log.1"));
        await bench.FollowAsync();
        Truncate(bench.At("a.log"));
        bench.Write("a.log", Lines(150, 160));
        await bench.FollowAsync(3);
        AssertOnce(160, bench);
    }

    [Fact]
    public async Task What_was_not_read_before_a_truncation_is_read_from_the_copy()
    {
        using var bench = new TailBench();
        bench.Write("a.log", Lines(0, 100));
        await bench.FollowAsync();
        bench.Write("a.log", Lines(100, 150));
        File.Copy(bench.At("a.log"), bench.At("a.log.1"));
        Truncate(bench.At("a.log"));
        // It has grown beyond where it was read to.
        bench.Write("a.log", Lines(150, 400));
        await bench.FollowAsync(3);
        AssertOnce(400, bench);
    }

    [Fact]
    public async Task A_truncated_file_that_grew_to_its_old_length_is_read_again()
    {
        using var bench = new TailBench();
        bench.Write("a.log", "first\n");
        await bench.FollowAsync();
        Truncate(bench.At("a.log"));
        bench.Write("a.log", "other\n");
        await bench.FollowAsync(2);
        Assert.Equal(["first", "other"], bench.Kept);
    }

    [Fact]
    public async Task What_a_container_printed_is_no_audit_event_and_what_an_audit_log_holds_is_one()
    {
        using var bench = new TailBench("**");
        const string pod = "var/log/pods/a_b_0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f/c";
        Directory.CreateDirectory(bench.At(pod));
        bench.Write("audit.log", Ingest.Samples.Audit + "\n");
        bench.Write(pod + "/0.log", "2026-01-01T00:00:00.000000001Z stdout F " + Ingest.Samples.Audit + "\n");
        await bench.FollowAsync(2);
        bench.Write(pod + "/0.log", "{\"log\":" + Ingest.Reading.Quoted(Ingest.Samples.Audit + "\n") + ",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}\n");
        await bench.FollowAsync();
        Assert.Equal([Saker.Ingest.EventKind.Audit, Saker.Ingest.EventKind.ContainerLog, Saker.Ingest.EventKind.ContainerLog], bench.Kinds.Order());
        Assert.All(bench.Kept, text => Assert.Equal(Ingest.Samples.Audit, text));
    }

    [Fact]
    public async Task Back_pressure_is_waited_for_and_drops_nothing()
    {
        using var bench = new TailBench();
        bench.Write("a.log", Lines(0, 100));
        var refusals = 3;
        bench.Refuses = () => refusals-- > 0 ? new IntakeAnswer(refusals == 0 ? IntakeStatus.Failed : IntakeStatus.Full, TimeSpan.FromMilliseconds(1), "full") : null;
        await bench.FollowAsync(2);
        AssertOnce(100, bench);
    }

    [Fact]
    public async Task Lines_that_a_runtime_split_are_one_event_however_they_arrive()
    {
        using var bench = new TailBench();
        foreach (var piece in Pieces("""
            2026-01-01T00:00:00.000000001Z stdout P {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","stage":"Resp
            2026-01-01T00:00:00.000000002Z stderr F other
            2026-01-01T00:00:00.000000003Z stdout F onseComplete","auditID":"a","verb":"get","requestURI":"/x","user":{"username":"u"},"stageTimestamp":"2026-01-01T00:00:00Z","requestReceivedTimestamp":"2026-01-01T00:00:00Z"}
            2026-01-01T00:00:00.000000004Z stdout F plain

            """.ReplaceLineEndings("\n")))
        {
            bench.Write("c.log", piece);
            await bench.FollowAsync();
        }

        Assert.Equal(3, bench.Kept.Count);
        Assert.Contains(bench.Kept, text => text.StartsWith("{\"kind\":\"Event\"", StringComparison.Ordinal) && text.EndsWith('}'));
        Assert.Equal(["other", "plain"], bench.Kept.Where(text => text[0] != '{').Order());
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_rejected_and_the_next_one_is_read()
    {
        using var bench = new TailBench(change: settings => settings with { LongestLineBytes = 10_000 });
        bench.Write("a.log", "before\n" + new string('x', 50_000));
        await bench.FollowAsync(2);
        bench.Crash();
        bench.Write("a.log", new string('y', 5_000) + "\nafter\n");
        await bench.FollowAsync(2);
        Assert.Equal(["before", "after"], bench.Kept);
        Assert.Equal("a line longer than 10,000 bytes", Assert.Single(bench.Rejected));
    }

    [Fact]
    public async Task A_removed_file_is_read_to_its_end_with_its_half_line()
    {
        using var bench = new TailBench();
        bench.Write("a.log", "1\n");
        await bench.FollowAsync();
        bench.Write("a.log", "2\nhalf");
        File.Delete(bench.At("a.log"));
        await bench.FollowAsync(3);
        Assert.Equal(["1", "2", "half"], bench.Kept);
        await bench.FollowAsync(2);
        Assert.Equal(0, bench.Followed);
    }

    [Fact]
    public async Task A_last_line_without_an_end_is_taken_after_a_while_unless_it_is_an_unfinished_document()
    {
        using var bench = new TailBench(change: settings => settings with { HalfLineGrace = TimeSpan.Zero });
        bench.Write("a.log", "whole enough");
        bench.Write("b.log", "{\"a\":1}");
        bench.Write("c.log", "{\"a\":");
        await bench.FollowAsync(2);
        Assert.Equal(["whole enough", "{\"a\":1}"], bench.Kept.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Links_as_the_kubelet_makes_them_are_followed_over_a_rotation()
    {
        using var bench = new TailBench("containers/*.log");
        Directory.CreateDirectory(bench.At("containers"));
        var pod = Directory.CreateDirectory(bench.At("pods/shop_web-1_0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f/nginx")).FullName;
        var link = bench.At($"containers/web-1_shop_nginx-{new string('a', 64)}.log");
        File.WriteAllText(Path.Combine(pod, "0.log"), "2026-01-01T00:00:00.0Z stdout F one\n");
        File.CreateSymbolicLink(link, Path.Combine(pod, "0.log"));
        await bench.FollowAsync();
        File.AppendAllText(Path.Combine(pod, "0.log"), "2026-01-01T00:00:00.1Z stdout F two\n");
        bench.Crash();
        File.Move(Path.Combine(pod, "0.log"), Path.Combine(pod, "0.log.20260101-000000"));
        File.WriteAllText(Path.Combine(pod, "0.log"), "2026-01-01T00:00:00.2Z stdout F three\n");
        await bench.FollowAsync(3);
        Assert.Equal(["one", "three", "two"], bench.Kept.Order());
        File.Delete(link);
        File.CreateSymbolicLink(link, "/nowhere/at/all.log");
        await bench.FollowAsync(2);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_does_not_keep_the_others_from_it()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root may read everything");
        using var bench = new TailBench();
        bench.Write("a.log", "1\n");
        bench.Write("b.log", "2\n");
        SetMode(bench, UnixFileMode.None);
        await bench.FollowAsync(2);
        Assert.Equal(["2"], bench.Kept);
        SetMode(bench, UnixFileMode.UserRead);
        await bench.FollowAsync(2);
        Assert.Equal(["2", "1"], bench.Kept);
    }

    [Fact]
    public async Task Thousands_of_files_are_followed_with_few_open()
    {
        using var bench = new TailBench(change: settings => settings with { MostOpen = 50 });
        for (var i = 0; i < 2000; i++)
        {
            bench.Write($"{i}.log", $"{i}\n");
        }

        await bench.FollowAsync(2);
        bench.Write("7.log", "2000\n");
        await bench.FollowAsync();
        AssertOnce(2001, bench, "");
        Assert.Equal(2000, bench.Followed);
    }

    [Fact]
    public async Task Files_that_were_there_first_can_be_skipped()
    {
        using var bench = new TailBench(change: settings => settings with { SkipsWhatIsThere = true });
        bench.Write("a.log", "old\n");
        await bench.FollowAsync();
        bench.Write("a.log", "new\n");
        bench.Write("b.log", "too\n");
        await bench.FollowAsync(2);
        Assert.Equal(["new", "too"], bench.Kept.Order());
    }

    [Theory]
    [InlineData(1, "*.log*")]
    [InlineData(2, "*.log*")]
    [InlineData(3, "*.log*")]
    [InlineData(4, "a.log")]
    [InlineData(5, "a.log")]
    [InlineData(6, "a.log")]
    public async Task However_files_are_renamed_and_packed_every_line_comes_exactly_once(int seed, string glob)
    {
        using var bench = new TailBench(glob);
        AssertOnce(await MisuseAsync(bench, seed, copies: false), bench);
    }

    /// <summary>Where copies, renames and packing follow each other unseen, a copy may be taken for a file of its own: then its lines come again.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task However_files_are_copied_and_truncated_too_no_line_is_lost(int seed)
    {
        using var bench = new TailBench();
        var count = await MisuseAsync(bench, seed, copies: true);
        Assert.Empty(Enumerable.Range(0, count).Select(i => $"line {i} of the log").Except(bench.Kept).Take(5));
    }

    /// <summary>Writes, rotates, packs and crashes at random; how many lines there were.</summary>
    private static async Task<int> MisuseAsync(TailBench bench, int seed, bool copies)
    {
        var random = new Random(seed);
        bench.Refuses = () => random.Next(5) == 0 ? new IntakeAnswer(IntakeStatus.Full, TimeSpan.FromMilliseconds(1), "full") : null;
        var count = 0;
        var half = false;
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(9))
            {
                case 0 when !half:
                    Rotate(bench, random.Next(2) == 0);
                    break;
                case 1 when !half && copies && File.Exists(bench.At("a.log")):
                    Shift(bench);
                    File.Copy(bench.At("a.log"), bench.At("a.log.1"));
                    if (random.Next(2) == 0)
                    {
                        await bench.FollowAsync();
                    }

                    Truncate(bench.At("a.log"));
                    break;
                case 2:
                    bench.Crash();
                    break;
                case 3 or 4:
                    await bench.FollowAsync(random.Next(1, 3));
                    break;
                default:
                    var end = count + random.Next(1, 60);
                    bench.Write("a.log", (half ? "" : $"line {count}") + " of the log\n" + Lines(count + 1, end));
                    count = end;
                    half = random.Next(4) == 0;
                    bench.Write("a.log", half ? $"line {count}" : "");
                    break;
            }
        }

        bench.Write("a.log", half ? " of the log\n" : "");
        await bench.FollowAsync(6);
        return half ? count + 1 : count;
    }

    [Fact]
    public async Task A_crash_between_keeping_and_remembering_gives_that_batch_again_and_no_other()
    {
        using var bench = new TailBench(change: settings => settings with { BatchBytes = 1000 });
        bench.Write("a.log", Lines(0, 500));
        var batches = 0;
        bench.AfterKeeping = () =>
        {
            if (++batches == 5)
            {
                throw new IOException("killed here");
            }
        };
        await bench.FollowAsync();
        var before = bench.Kept.Count;
        bench.Crash();
        await bench.FollowAsync(2);
        Assert.Equal(500, bench.Kept.Distinct().Count());
        Assert.InRange(bench.Kept.Count - 500, 1, 60);
        Assert.True(before < 500);
    }

    private static void SetMode(TailBench bench, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(bench.At("a.log"), mode);
        }
    }

    private static void Rotate(TailBench bench, bool packs)
    {
        if (!File.Exists(bench.At("a.log")))
        {
            return;
        }

        Shift(bench);
        File.Move(bench.At("a.log"), bench.At("a.log.1"));
        if (packs && !File.Exists(bench.At("a.log.2.gz")) && File.Exists(bench.At("a.log.2")))
        {
            bench.Gzip("a.log.2");
        }
    }

    /// <summary>a.log.1 becomes a.log.2 and so on.</summary>
    private static void Shift(TailBench bench)
    {
        for (var number = 60; number > 0; number--)
        {
            foreach (var packed in new[] { "", ".gz" })
            {
                if (File.Exists(bench.At($"a.log.{number}{packed}")))
                {
                    File.Move(bench.At($"a.log.{number}{packed}"), bench.At($"a.log.{number + 1}{packed}"));
                }
            }
        }
    }

    private static void Truncate(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }

    private static string Lines(int start, int end)
    {
        var text = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            text.Append("line ").Append(i).Append(" of the log\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Pieces(string text)
    {
        for (var at = 0; at < text.Length; at += 37)
        {
            yield return text[at..Math.Min(text.Length, at + 37)];
        }
    }

    private static void AssertOnce(int count, TailBench bench, string form = "line {0} of the log")
    {
        var expected = Enumerable.Range(0, count).Select(i => form.Length == 0 ? i.ToString(System.Globalization.CultureInfo.InvariantCulture) : string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i)).ToHashSet();
        Assert.Empty(expected.Except(bench.Kept).Take(5));
        Assert.Empty(bench.Kept.GroupBy(line => line).Where(group => group.Count() > 1).Select(group => $"{group.Key} x{group.Count()}").Take(5));
        Assert.Equal(count, bench.Kept.Count);
    }
}
