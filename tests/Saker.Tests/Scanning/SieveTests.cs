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

/// <summary>What the sieve leaves out is what nobody would have missed.</summary>
public sealed class SieveTests
{
    public static readonly TheoryData<string> Kernels = [.. KernelTable.Supported.Select(k => k.Name)];

    private const string Head = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\",\"auditID\":\"1\",\"stage\":\"ResponseComplete\",\"requestURI\":\"/api\",";
    private const string Tail = "\"stageTimestamp\":\"2026-03-14T10:00:00.000001Z\"}";
    private static readonly string Dull = Head + "\"verb\":\"get\",\"objectRef\":{\"resource\":\"nodes\"}," + Tail;

    private static ScanKernel Kernel(string name) => KernelTable.Supported.Single(k => k.Name == name);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Nothing_wanted_is_left_out(string kernel)
    {
        var check = new SieveCheck(ScanSamples.AuditLines, Kernel(kernel));
        foreach (var line in ScanSamples.AuditLines)
        {
            check.Check(line);
        }

        Assert.True(check.Unwanted > 0);
        foreach (var body in JsonMutations.Nasty.Concat(JsonMutations.AtBorders().Select(Encoding.UTF8.GetString)).Where(b => b.Length > 2))
        {
            // As members of an audit event, and as a member's value.
            check.Check(Encoding.UTF8.GetBytes(Head + body.Trim()[1..].TrimEnd('}') + "," + Tail));
            check.Check(Encoding.UTF8.GetBytes(Head + "\"requestObject\":" + body + "," + Tail));
            check.Check(Encoding.UTF8.GetBytes(Head + body.Trim()[1..].TrimEnd('}') + "," + Tail + body));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void What_hides_a_value_is_seen_through(string kernel)
    {
        var check = new SieveCheck(ScanSamples.AuditLines, Kernel(kernel));
        var wanted = "\"verb\":\"create\",\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\",\"name\":\"x\"},";
        foreach (var line in (string[])
        [
            wanted, wanted.Replace("pods", "\\u0070ods"), wanted.Replace("pods", "pod\\u0073"), wanted.Replace("pods", "POD\u017F"), wanted.Replace("create", "CREATE"), wanted.Replace("\"verb\"", "\"ver\\u0062\""),
            wanted.Replace("\"verb\":", "\"verb\" :\t"), "\"verb\":\"get\"," + wanted, wanted + "\"verb\":\"get\",", wanted.Replace("\"objectRef\":{\"resource\":\"pods\"", "\"objectRef.resource\":\"pods\",\"objectRef\":{\"a\":1"),
            wanted.Replace("\"verb\":", "\"verb\": "), wanted.Replace("\"verb\":", "\"verb\" :"), wanted.Replace("\"verb\":", "\"verb\"  :"), wanted.Replace("\"verb\":", "\"verb\"" + new string(' ', 100) + ":"), wanted.Replace("\"verb\":", "\"verb\":   "), wanted.Replace("\"resource\":", "\"resource\" : "), wanted.Replace("\"name\":\"x\"", "\"name\":\"x\\\\\\\"\\\\\" :1"),
            "\"user\":{\"groups\":[ \"system:unauthenticated\" ]},\"responseStatus\":{\"code\":403},", "\"user\":{\"groups\":[\"system:unauthenticated\"]},\"responseStatus\":{\"code\":\"403\"},",
            "\"user\":{\"groups\":[\"system:unauthenticated\"]},\"responseStatus\":{\"code\": 403},", "\"user\":{\"groups\":[\"system:unauthenticated\"]},\"responseStatus.code\":403,",
            "\"requestObject\":{\"message\": \"Pulling image x\"},", "\"requestObject.message\":\"Pulling image x\",",
            "\"requestObject\":{\"message\":\"Pulling image \\\"nginx\\\"\"},", "\"requestObject\":{\"message\":\"pulling IMAGE\"},",
        ])
        {
            check.Check(Encoding.UTF8.GetBytes(Head + line + Tail));
        }

        var left = check.Unwanted;
        Assert.Equal(0, left);
        check.Check(Encoding.UTF8.GetBytes(Dull));
        Assert.Equal(Enum.GetValues<SieveWay>().Length, check.Unwanted);
    }

    [Fact]
    public void The_trial_leaves_out_what_its_search_does_not_want() => Assert.Equal(4, SieveTrial.Run());

    [Theory]
    [MemberData(nameof(Kernels))]
    public void An_escape_that_is_sought_is_found(string kernel)
    {
        var literals = new LiteralSet([new Literal("\\u0026z"), new Literal("\tx"), new Literal("}{", LiteralKind.Veil)]);
        var text = Encoding.UTF8.GetBytes("a\\u0026b\tx \\u0026z" + new string(' ', 128));
        var (marks, seen) = (new BlockMarks(), new ulong[1]);
        Kernel(kernel).Marks(text, 1, literals, marks);
        Assert.True(literals.FindIn(text, 0, 20, marks, seen));
        Assert.Equal(0b11UL, seen[0]);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Of_more_literals_than_16_bits_number_each_is_found(string kernel)
    {
        const int count = 70_000;
        var texts = Enumerable.Range(0, count).Select(i => $"{unchecked((uint)i * 2654435761):x8}").ToList();
        var literals = new LiteralSet([.. texts.Select(t => new Literal(t))]);
        var (text, marks, seen) = (Encoding.UTF8.GetBytes(string.Join(' ', texts) + new string(' ', 128)), new BlockMarks(), new ulong[(count + 63) / 64]);
        Kernel(kernel).Marks(text, (text.Length / ScanKernel.BlockBytes) - 1, literals, marks);
        Assert.True(literals.FindIn(text, 0, text.Length - 128, marks, seen));
        Assert.Equal(count, seen.Sum(System.Numerics.BitOperations.PopCount));
    }

    [Fact]
    public async Task Findings_counts_and_times_are_the_same_with_the_sieve_and_without()
    {
        using var directory = new TemporaryLogs();
        var random = new Random(5);
        var plain = ScanSamples.AuditLines.Select(Encoding.UTF8.GetString).Where(l => l.StartsWith("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/", StringComparison.Ordinal)).ToList();
        string[] others =
        [
            "{\"items\":[\n" + plain[0] + "\n]}", "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[\n" + plain[1] + ",\n" + plain[2] + "\n]}", "{\"log\":" + Quoted(plain[3]) + ",\"stream\":\"stdout\",\"time\":\"2026-03-14T10:00:00Z\"}",
            "{\"event\":" + plain[4] + ",\"sourcetype\":\"x\"}", "{\"message\":" + Quoted(plain[5]) + "}", "", "not JSON at all", plain[6][..(plain[6].Length / 2)], plain[7] + plain[8], plain[9] + " " + plain[10] + "\r", "[\n" + plain[0] + ",\n" + plain[1] + "\n" + plain[2] + "\n]",
            "{\"a\":[\n" + plain[0] + "\n" + plain[1] + "\n" + plain[2] + "\n]}", plain[0].Replace("\"auditID\"", "\n\"auditID\"", StringComparison.Ordinal), "2024-01-01T00:00:00.0Z stdout F " + plain[1],
        ];
        for (var i = 0; i < 3; i++)
        {
            var lines = Enumerable.Range(0, 3000).Select(_ => random.Next(25) == 0 ? others[random.Next(others.Length)] : plain[random.Next(plain.Count)]);
            directory.Write($"{i}.log", string.Join('\n', lines) + (i == 0 ? "" : "\n"));
        }

        var options = new IngestOptions { Clock = new FixedClock() };
        using var all = await ScanRun.Of([directory.Path], new ScanSettings { Ingest = options, DecodesAll = true });
        foreach (var kernel in KernelTable.Supported)
        {
            using var sieved = await ScanRun.Of([directory.Path], new ScanSettings { Ingest = options, SieveFromBytes = 0, Kernel = kernel });
            Assert.True(sieved.Counts.Sieved > 1000);
            Assert.Equal(0, all.Counts.Sieved);
            Assert.Equal(Shown(all), Shown(sieved));
            Assert.Equal(all.Times, sieved.Times);
            Assert.Equal((all.Counts.Recognised, all.Counts.Other, all.Counts.Rejected, all.Counts.Truncated), (sieved.Counts.Recognised, sieved.Counts.Other, sieved.Counts.Rejected, sieved.Counts.Truncated));
            Assert.Equal(all.Counts[EventKind.Audit], sieved.Counts[EventKind.Audit]);
            Assert.Equal(all.Counts.Rejections, sieved.Counts.Rejections);
        }
    }

    /// <summary>What is sought in a sample must be ASCII, and long enough: what is not is left to the walk, or to other parts of the search.</summary>
    [Theory]
    [InlineData("\"ünicode\"")]
    [InlineData("\"ÜNICODE\" verb=create")]
    [InlineData("objectRef.name=\"ünic*\"")]
    [InlineData("objectRef.name=\"*ü*\" OR objectRef.name=日本")]
    [InlineData("日本")]
    [InlineData("zq")]
    [InlineData("\"zq\" OR objectRef.name=z")]
    [InlineData("verb=create z")]
    [InlineData("TERM(k9s-kiosk)")]
    [InlineData("\"k9s-kiosk\"")]
    [InlineData("objectRef.name=K9S*")]
    [InlineData("objectRef.name IN (k9s-kiosk, \"\u017Fystem\", zq)")]
    [InlineData("objectRef.name=sy\u017Ftem OR \"sy\u017Ftem\"")]
    [InlineData("objectRef.name=\u212A9s-kiosk OR \"\u212A9s\"")]
    [InlineData("objectRef.name=\"aübcdef*\" verb=CREATE")]
    [InlineData("\"tab\tin\" OR \"say \\\"hi\\\"\"")]
    [InlineData("user.körper=日本 OR kläranlage=einsatzbereit")]
    public async Task Whatever_letters_are_searched_for_all_that_have_them_are_found(string search)
    {
        using var directory = new TemporaryLogs();
        string[] names =
        [
            "ünicode", "ÜNICODE", "\\u00fcnicode", "\\u00DCNICODE", "日本", "\\u65e5\\u672C", "zq", "ZQ", "z", "k9s-kiosk", "K9S-KIOSK", "\u212A9s-kiosk", "\\u212a9s-kio\\u017Fk", "k9\u017F-\u212Aiosk", "system", "sy\u017Ftem", "\u017Fystem",
            "aübcdefg", "AÜBCDEFG", "a\\u00fcbcdefg", "tab\tin", "tab\\tin", "say \\\"hi\\\"",
        ];
        var random = new Random(7);
        var lines = new List<string>();
        for (var i = 0; i < 1500; i++)
        {
            var name = names[random.Next(names.Length)];
            lines.Add(random.Next(20) > 0 ? Dull : random.Next(3) switch
            {
                0 => Head + $"\"verb\":\"create\",\"user\":{{\"körper\":\"{name}\"}},\"kl\\u00e4ranlage\":\"{(random.Next(2) == 0 ? "EINSATZ" : "einsatz")}bereit\"," + Tail,
                1 => Head + $"\"verb\":\"create\",\"objectRef\":{{\"resource\":\"pods\",\"name\":\"{name}\"}}," + Tail,
                _ => Head + $"\"verb\":\"get\",\"requestObject\":{{\"a\":\"in {name} it\"}}," + Tail,
            });
            lines[i] = lines[i].Replace("\"auditID\":\"1\"", $"\"auditID\":\"{i}\"", StringComparison.Ordinal);
        }

        var path = directory.Write("a.log", string.Join('\n', lines) + "\n");
        var file = new InputFile(path, new FileInfo(path).Length, default);
        var all = await Found(search, file, new ScanSettings { DecodesAll = true });
        Assert.NotEmpty(all.Ids);
        foreach (var kernel in KernelTable.Supported)
        {
            var sieved = await Found(search, file, new ScanSettings { SieveFromBytes = 0, Kernel = kernel });
            Assert.Equal(all.Ids, sieved.Ids);
            Assert.Equal((0, true), (all.Sieved, sieved.Sieved > 1000));
        }
    }

    private static async Task<(List<string> Ids, long Sieved)> Found(string search, InputFile file, ScanSettings settings)
    {
        using var run = new FileSearch(SearchPlanner.Plan(new SourceText("search", search), new MacroTable()), settings);
        await run.ReadAsync(file, _ => { }, CancellationToken.None);
        var (rows, context) = run.Run(CancellationToken.None);
        var id = context.Fields.Slot("auditID");
        return ([.. rows.Rows.Select(row => row[id].Text).Order(StringComparer.Ordinal)], run.Counts.Sieved);
    }

    /// <summary>Where the first lines that may be wanted all are, those that follow are decoded without a look; in another stretch they are looked at again.</summary>
    [Fact]
    public async Task Lines_that_only_look_wanted_are_not_found_wherever_they_stand()
    {
        using var directory = new TemporaryLogs();
        string Line(int i, string name) => (Head + $"\"verb\":\"create\",\"objectRef\":{{\"resource\":\"pods\",\"name\":\"{name}\"}}," + Tail).Replace("\"auditID\":\"1\"", $"\"auditID\":\"{i}\"", StringComparison.Ordinal);
        var lines = Enumerable.Range(0, 600).Select(i => i % 3 == 0 ? Dull : Line(i, i < 300 ? "kiosk-pod" : "other")).ToList();
        lines.Insert(450, Line(1000, "kiosk-pod") + Line(1001, "kiosk-pod"));
        lines.Insert(451, Line(1002, "kiosk-pod")[..^1]);
        lines.Insert(452, Line(1003, "kiosk-pod") + "x");
        lines.Add(Line(1004, "kiosk-pod"));
        var path = directory.Write("a.log", string.Join('\n', lines) + "\n");
        var file = new InputFile(path, new FileInfo(path).Length, default);
        const string search = "verb=create objectRef.resource=pods objectRef.name=kiosk-pod";
        var all = await Found(search, file, new ScanSettings { DecodesAll = true });
        Assert.Equal(204, all.Ids.Count);
        foreach (var kernel in KernelTable.Supported)
        {
            foreach (var stretch in (long[])[1 << 20, 20_000])
            {
                var sieved = await Found(search, file, new ScanSettings { SieveFromBytes = 0, Kernel = kernel, StretchBytes = stretch });
                Assert.Equal(all.Ids, sieved.Ids);
                Assert.InRange(sieved.Sieved, 100, 400);
            }
        }
    }

    [Fact]
    public void Wherever_a_file_is_cut_each_line_is_sieved_once()
    {
        using var directory = new TemporaryLogs();
        var lines = ScanSamples.AuditLines.Take(60).Select(Encoding.UTF8.GetString).Append(new string('x', 700_000)).Append("").Append(Dull).Append(Dull).ToList();
        var path = directory.Write("a.log", string.Join('\n', lines));
        var length = new FileInfo(path).Length;
        var plan = SievePlan.Of([], new IngestOptions())!;
        plan.Learn(File.ReadAllBytes(path));
        var sifter = new Sifter(new LineSieve(plan, KernelTable.Best, long.MaxValue), 64 << 20);
        using var file = File.OpenHandle(path);
        for (var cut = 1L; cut < length + 10; cut += 997)
        {
            using var first = sifter.Sift(file, 0, cut);
            using var second = sifter.Sift(file, cut, long.MaxValue);
            Assert.Equal(lines.Count, Lines(first) + Lines(second));
            Assert.Equal(length, Math.Max(first.Bytes, 0) + second.Bytes);
        }
    }

    [Fact]
    public void A_line_longer_than_any_may_be_is_cut_short_but_not_lost()
    {
        using var directory = new TemporaryLogs();
        var path = directory.Write("a.log", Dull + "\n" + new string('x', 3_000_000) + "\n" + Dull + "\n" + Dull + "\n");
        var plan = SievePlan.Of([], new IngestOptions())!;
        plan.Learn(Encoding.UTF8.GetBytes(Dull + "\n"));
        using var file = File.OpenHandle(path);
        using var unit = new Sifter(new LineSieve(plan, KernelTable.Best, long.MaxValue), 1 << 20).Sift(file, 0, long.MaxValue);
        Assert.Equal(4, Lines(unit));
        Assert.Contains(Encoding.UTF8.GetString(unit.Kept).Split('\n'), l => l.Length > 1 << 20 && l.Length < 2 << 20);
    }

    [Fact]
    public void A_line_that_nobody_wants_costs_no_memory()
    {
        var lines = string.Concat(Enumerable.Repeat(Dull + "\n", 200));
        var text = Encoding.UTF8.GetBytes(lines + new string(' ', LineSieve.SlackBytes));
        foreach (var way in Enum.GetValues<SieveWay>())
        {
            var check = new SieveCheck(ScanSamples.AuditLines);
            var plan = SievePlan.Of(check.Requests, new IngestOptions())!;
            plan.Learn(ScanSamples.AuditLines.SelectMany(l => l.Append((byte)'\n')).ToArray(), way);
            var sieve = new LineSieve(plan, KernelTable.Best, long.MaxValue);
            Judge(sieve, text, lines.Length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var unwanted = Judge(sieve, text, lines.Length);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((200, 0), (unwanted, allocated));
        }
    }

    /// <summary>Lines without a time of their own take that of their arrival.</summary>
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private static int Judge(LineSieve sieve, byte[] text, int length)
    {
        sieve.Begin(text, length);
        var unwanted = 0;
        for (var at = 0; at < length; at += Dull.Length + 1)
        {
            unwanted += sieve.Judge(text, at, sieve.Newline(text, at, length)) == Verdict.Unwanted ? 1 : 0;
        }

        return unwanted;
    }

    private static long Lines(SievedUnit unit)
    {
        var text = Encoding.UTF8.GetString(unit.Kept);
        return text.Length == 0 ? 0 : text.TrimEnd('\n').Split('\n').Sum(l => Math.Max(1, Gap.LinesOf(Encoding.UTF8.GetBytes(l)))) + (text.EndsWith("\n\n", StringComparison.Ordinal) ? 1 : 0);
    }

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Shown(ScanRun run) => string.Join('\n', run.RiskEvents.Select(e => $"{e.Id} {e.FirstNanoseconds} {e.LastNanoseconds} {e.RiskObject} {e.Score} {e.Message} {string.Join(' ', run.EvidenceOf(e))}"));
}
