using System.IO.Compression;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>A search that groups plain audit events from their lines gives the rows, and counts the events, that it does where every event is decoded.</summary>
public sealed class LineSharesTests : IDisposable
{
    private static readonly string[] Aggregates =
    [
        "count", "c(user.groups{})", "dc(user.username)", "values(verb)", "values(requestURI)", "min(responseStatus.code)", "max(responseStatus.code)", "earliest(verb)",
        "latest(objectRef.name)", "latest_time(verb)", "median(responseStatus.code)", "values(cluster)", "values(host)", "dc(auditID)", "values(requestObject.data.password)",
        "values(annotations.authorization.k8s.io/decision)", "dc(stageTimestamp)", "values(truncated)", "values(origin.time)",
    ];

    private static readonly string[] Fields = ["user.username", "verb", "user.groups{}", "sourcetype", "index", "_time", "kind", "objectRef.resource", "stage", "cluster"];

    private static readonly string[] Filters =
    [
        "*", "verb=get", "NOT verb=list", "user.groups{}=a", "responseStatus.code>300", "delete", "sourcetype=_json verb=get", "index=main", "index=kubernetes", "token", "masked",
        "requestURI=*token=masked*", "_time>1773482400",
    ];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("saker-test-");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 120)];

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_stands_in_the_files_the_rows_are_the_same(int seed)
    {
        var random = new Random(seed);
        var search = Search(random);
        var input = Input(random);
        List<string> files = [Write("a", input), Write("b", input[(input.Length / 2)..])];
        var (expected, counts, grouped) = await RunAsync(search, files, new ScanSettings { DecodesAll = true });
        Assert.Equal(0, grouped);

        foreach (var settings in (ScanSettings[])
        [
            new() { SieveFromBytes = 0, Workers = 1 },
            new() { SieveFromBytes = 0, Workers = 4, StretchBytes = 1500 },
            new() { SieveFromBytes = 0, Workers = 3, StretchBytes = 700, Ingest = new IngestOptions { BatchBytes = 512 } },
            new() { SieveFromBytes = 0, Workers = 3, StretchBytes = 2000, MostSeenInMemory = random.Next(0, 60) },
        ])
        {
            var (rows, read, _) = await RunAsync(search, files, settings);
            Assert.Equal(expected, rows);
            Assert.Equal(counts, read);
        }
    }

    [Fact]
    public async Task Every_kernel_groups_alike()
    {
        var random = new Random(5);
        var files = new List<string> { Write("a", string.Concat(Enumerable.Range(0, 300).Select(_ => Audit(random) + "\n"))) };
        const string search = "* | stats count, values(requestURI), latest_time(verb) by user.username, verb, user.groups{}";
        var (expected, _, _) = await RunAsync(search, files, new ScanSettings { DecodesAll = true });

        foreach (var kernel in KernelTable.Supported)
        {
            var (rows, _, grouped) = await RunAsync(search, files, new ScanSettings { SieveFromBytes = 0, Kernel = kernel, StretchBytes = 3000 });
            Assert.Equal(expected, rows);
            Assert.Equal(kernel.IsVector, grouped > 0);
        }
    }

    [Fact]
    public async Task Events_that_share_their_id_stage_and_stamp_are_two_where_they_say_different_things()
    {
        var lines = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            lines.Add(Audit($"same", "get", $"u{i % 4}", """ "requestURI":"/api" """.Trim()));
        }

        var file = Write("same", string.Join('\n', lines) + "\n");
        var (rows, _, grouped) = await RunAsync("* | stats count by user.username", [file, file], new ScanSettings { SieveFromBytes = 0, StretchBytes = 900 });

        Assert.True(grouped > 0);
        Assert.Equal(["user.username=u0 | count=1", "user.username=u1 | count=1", "user.username=u2 | count=1", "user.username=u3 | count=1"], rows);
    }

    /// <summary>In the order of time, back in it and far from it: whatever memory holds of the events before, repeats are known.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(100, false)]
    [InlineData(2000, false)]
    public async Task Repeats_are_known_after_any_number_of_events(int mostInMemory, bool isInOrder)
    {
        var random = new Random(mostInMemory);
        var lines = Enumerable.Range(0, 3000).Select(i => At(i, i % 500 == 0 ? 40_000 : 10)).ToList();
        if (!isInOrder)
        {
            lines = [.. lines.OrderBy(_ => random.Next())];
        }

        List<string> files = [Write("first", string.Join('\n', lines) + "\n"), Write("again", string.Join('\n', lines.Skip(1000).Concat(lines.Take(1500))) + "\n")];
        var settings = new ScanSettings { SieveFromBytes = 0, StretchBytes = 20_000, MostSeenInMemory = mostInMemory };
        var (rows, _, grouped) = await RunAsync("* | stats count by user.username", files, settings);

        Assert.True(grouped > 0);
        Assert.Equal(["user.username=u0 | count=1000", "user.username=u1 | count=1000", "user.username=u2 | count=1000"], rows);

        static string At(int i, int uri) =>
            $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a{{{i}}}","stage":"ResponseComplete","requestURI":"/{{{new string('x', uri)}}}","verb":"get","user":{"username":"u{{{i % 3}}}"},"stageTimestamp":"2026-03-14T10:{{{i / 60:00}}}:{{{i % 60:00}}}.000100Z"}""";
    }

    [Fact]
    public async Task An_event_from_the_future_does_not_keep_those_before_it_together()
    {
        var early = string.Concat(Enumerable.Range(0, 400).Select(i => Audit($"a{i}", "get", "u", """ "requestURI":"/api" """.Trim()) + "\n"));
        var late = Audit("late", "get", "u", """ "requestURI":"/api" """.Trim()).Replace("2026-03-14T10", "2026-03-14T23", StringComparison.Ordinal) + "\n";
        var file = Write("late", late + early + early);

        var (rows, _, _) = await RunAsync("* | stats count", [file], new ScanSettings { SieveFromBytes = 0, StretchBytes = 3000, MostSeenInMemory = 40 });

        Assert.Equal(["count=401"], rows);
    }

    [Fact]
    public async Task More_groups_than_are_remembered_and_repeats_among_many_events_give_the_same_rows()
    {
        var random = new Random(3);
        var lines = new List<string>();
        for (var i = 0; i < 40_000; i++)
        {
            lines.Add(i > 0 && random.Next(10) == 0
                ? lines[random.Next(2) == 0 ? i - 1 : random.Next(i)]
                : Audit($"a{i}", "get", $"u{random.Next(25_000)}", """ "requestURI":"/api" """.Trim()));
        }

        var file = Write("many", string.Join('\n', lines) + "\n");
        const string search = "* | stats count by user.username";
        var (expected, counts, _) = await RunAsync(search, [file], new ScanSettings { DecodesAll = true });
        var (rows, read, grouped) = await RunAsync(search, [file], new ScanSettings { SieveFromBytes = 0, StretchBytes = 4 << 20, Workers = 1 });

        Assert.True(grouped > 0);
        Assert.Equal(expected, rows);
        Assert.Equal(counts, read);
    }

    [Theory]
    [InlineData("* | stats count by verb")]
    [InlineData("verb=delete | stats count by verb")]
    [InlineData("verb=delete | table verb")]
    public async Task Who_stops_it_does_not_wait_for_the_files_end(string text)
    {
        var file = Write("stopped", string.Concat(Enumerable.Range(0, 5000).Select(i => Audit($"a{i}", "get", "u", """ "requestURI":"/api" """.Trim()) + "\n")));
        var length = new FileInfo(file).Length;
        var settings = new ScanSettings { SieveFromBytes = 0, StretchBytes = 4000, Workers = 2, Ingest = new IngestOptions { Clock = new FixedClock() } };
        using var search = new FileSearch(SearchPlanner.Plan(new SourceText("search", text), new MacroTable()), settings);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.ReadAsync(new InputFile(file, length, new DateOnly(2026, 3, 14)), _ => stop.Cancel(), stop.Token));
        Assert.InRange(search.BytesRead, 1, length / 10);
    }

    [Fact]
    public async Task A_log_of_a_real_cluster_gives_the_same_rows()
    {
        var log = Path.Combine(Repository.Root, "../shared/data/apiserver/attack.ndjson.gz");
        Assert.SkipUnless(File.Exists(log), "the real telemetry is not here");
        var path = Path.Combine(directory.FullName, "real.ndjson");
        using (var packed = new GZipStream(File.OpenRead(log), CompressionMode.Decompress))
        using (var file = File.Create(path))
        {
            packed.CopyTo(file);
        }

        foreach (var search in (string[])
        [
            "* | stats count by user.username verb", "verb=get OR verb=list | stats count, dc(objectRef.name), latest(requestURI) by objectRef.resource", "secrets | stats count by verb",
            "verb=create | stats values(requestObject.spec.containers{}.image) by user.username", "| search responseStatus.code>=400 | stats count by responseStatus.code, _time",
        ])
        {
            var (expected, counts, _) = await RunAsync(search, [path], new ScanSettings { DecodesAll = true });
            var (rows, read, grouped) = await RunAsync(search, [path], new ScanSettings { SieveFromBytes = 0, StretchBytes = 1 << 20, Workers = 2 });
            Assert.Equal(expected, rows);
            Assert.Equal(counts, read);
            Assert.True(grouped > 0, search);
        }
    }

    private static string Search(Random random)
    {
        var by = Fields.OrderBy(_ => random.Next()).Take(random.Next(0, 4)).ToList();
        var aggregates = Aggregates.OrderBy(_ => random.Next()).Take(random.Next(1, 6));
        return $"{Filters[random.Next(Filters.Length)]} | stats {string.Join(", ", aggregates)}{(by.Count > 0 ? " BY " + string.Join(", ", by) : "")}";
    }

    /// <summary>Mostly plain audit events; some again, wrapped, cut off, over several lines, broken inside, with secrets, of other times, or no events at all.</summary>
    private static string Input(Random random)
    {
        var lines = new List<string>();
        while (lines.Count < 200)
        {
            var plain = Audit(random);
            lines.Add(random.Next(40) switch
            {
                0 => "some text verb=get",
                1 => plain[..^random.Next(1, 60)],
                2 => $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{plain}},{{Audit(random)}}]}""",
                3 => plain.Replace("\"level\"", "\"annotations\":{\"audit.k8s.io/truncated\":\"true\"},\"level\"", StringComparison.Ordinal),
                4 => plain.Replace(",", ",\n", StringComparison.Ordinal),
                5 => $"[{plain},\n{plain}\n]",
                6 => plain + " \t",
                7 => plain + plain,
                8 => plain.Replace("2026-", random.Next(2) == 0 ? "1999-" : "2031-", StringComparison.Ordinal),
                9 => plain.Replace("\"stageTimestamp\":", "\"stageTimestamp\":null,\"stage\":\"again\",\"stageTimestamp\":", StringComparison.Ordinal),
                10 => plain.Replace("auditID", "\\u0061uditID", StringComparison.Ordinal),
                11 => plain.Replace("{\"kind\":\"Event\",", "{\"kind\":\"Event\", ", StringComparison.Ordinal),
                12 => plain[..^1] + ",\"kind\":\"Other\"}",
                13 => "{\"kind\":\"Other\"," + plain[1..],
                14 => "",
                15 => $$"""{"event":{{plain}},"host":"h{{random.Next(3)}}"}""",
                16 or 17 when lines.Count > 0 => lines[random.Next(lines.Count)],
                _ => plain,
            });
        }

        return string.Join(random.Next(2) == 0 ? "\n" : "\r\n", lines) + "\n";
    }

    private static string Audit(Random random)
    {
        var more = random.Next(8) switch
        {
            0 => """ "requestURI":"/api/v1/pods?access_token=eyJhbGciOi\u0026limit=1" """,
            1 => """ "requestURI":"/api","requestObject":{"kind":"Secret","data":{"password":"aHVudGVyMg=="}} """,
            2 => """ "requestURI":"/a\"b","requestObject":{"deep":[{"x":[1,2,{"verb":"list"}]}],"text":"a}\\\"{ \\"} """,
            3 => """ "requestURI":"","annotations":{"authorization.k8s.io/decision":"allow"} """,
            _ => """ "requestURI":"/api/v1/namespaces" """,
        };
        return Audit($"a{random.Next(60)}", ((string[])["get", "list", "delete", "g\\u0065t", "GET", "\u00e9"])[random.Next(6)], $"u{random.Next(3)}", more.Trim(), random);
    }

    private static string Audit(string id, string verb, string user, string more, Random? random = null)
    {
        random ??= new Random(1);
        var groups = string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{"abca"[random.Next(4)]}\""));
        return $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{{id}}}","stage":"ResponseComplete",{{{more}}},"verb":"{{{verb}}}","user":{"username":"{{{user}}}","groups":[{{{groups}}}]},"objectRef":{"resource":"pods","name":"p{{{random.Next(4)}}}"},"responseStatus":{"code":{{{200 + (random.Next(3) * 101)}}}},"stageTimestamp":"2026-03-14T10:0{{{random.Next(3)}}}:00.000{{{random.Next(3)}}}00Z"}""";
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(List<string> Rows, string Counts, long Grouped)> RunAsync(string text, IEnumerable<string> files, ScanSettings settings)
    {
        settings = settings with { Ingest = settings.Ingest with { Clock = new FixedClock(), MaskKey = [1, 2, 3] } };
        using var search = new FileSearch(SearchPlanner.Plan(new SourceText("search", text), new MacroTable()), settings);
        foreach (var path in files)
        {
            await search.ReadAsync(new InputFile(path, new FileInfo(path).Length, new DateOnly(2026, 3, 14)), _ => { }, TestContext.Current.CancellationToken);
        }

        var result = search.Run(TestContext.Current.CancellationToken);
        var fields = result.Context.Fields;
        var rows = result.Stream.Rows.Select(row => string.Join(" | ", result.ColumnsOf(row).Select(c => $"{c}={row[fields.Slot(c)].Text}"))).ToList();
        var counts = search.Counts;
        return (rows, $"{result.Context.Now:O} {search.BytesRead} {counts.Read} {counts.Recognised} {counts.Other} {counts.Rejected} {counts.Truncated} {string.Join('\n', counts.Rejections)}", counts.Sieved);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
