using System.Text;
using Saker.Detections;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Detections;

/// <summary>A search that groups events as they are read gives the rows that it gives over all of them at once.</summary>
public sealed class PartialSearchTests
{
    private static readonly string[] Aggregates =
    [
        "count", "c(user.groups{})", "dc(user.username)", "values(verb)", "values(n)", "min(n)", "max(n)", "range(n)", "max(verb)", "earliest(verb)", "latest(n)",
        "earliest_time(verb)", "latest_time(n)", "perc90(n)", "median(n)", "values(host)", "values(cluster)", "dc(kind)", "estdc_error(n)", "rate(n)",
    ];

    private static readonly string[] Fields = ["user.username", "verb", "user.groups{}", "n", "host", "sourcetype", "absent", "kind", "_time"];

    private static readonly string[] Filters = ["*", "verb=get", "NOT verb=list", "user.groups{}=a", "n>3", "delete", "sourcetype=_json OR verb=get", "index=main"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_the_input_and_the_number_of_workers_the_rows_are_the_same(int seed)
    {
        var random = new Random(seed);
        var (search, input) = (Search(random), Input(random));

        var (together, expected, counts) = await RunAsync(search, input, new ScanSettings { InShares = false, Workers = 1 });
        Assert.False(together);
        foreach (var settings in (ScanSettings[])
        [
            new() { Workers = 1 },
            new() { Workers = 4, Ingest = new IngestOptions { BatchBytes = 512 } },
            new() { Workers = 3, Ingest = new IngestOptions { BatchBytes = 2048 }, MostSeenInMemory = random.Next(0, 60) },
        ])
        {
            var (isPartial, rows, read) = await RunAsync(search, input, settings);
            Assert.True(isPartial, search);
            Assert.Equal(counts, read);
            Assert.Equal(expected, rows);
        }
    }

    [Theory]
    [InlineData("* | stats count")]
    [InlineData("verb=get | search user.username=u1 | stats count by verb | where count > 1 | eval t=now()")]
    [InlineData("* | stats delim=\",\" values(verb) AS v by user.username | sort - v")]
    public async Task What_follows_the_groups_sees_the_same_rows(string search)
    {
        var input = Input(new Random(7));

        var (_, expected, _) = await RunAsync(search, input, new ScanSettings { InShares = false });
        var (isPartial, rows, _) = await RunAsync(search, input, new ScanSettings { Workers = 3, Ingest = new IngestOptions { BatchBytes = 700 } });

        Assert.True(isPartial);
        Assert.Equal(expected, rows);
    }

    [Theory]
    [InlineData("* | stats list(verb) by user.username")]
    [InlineData("* | stats first(verb) by user.username")]
    [InlineData("* | stats avg(n) by user.username")]
    [InlineData("* earliest=-1h | stats count")]
    [InlineData("* | stats values(*) by verb")]
    [InlineData("* | head 10 | stats count")]
    [InlineData("* [ search verb=get | fields verb ] | stats count")]
    [InlineData("* | stats count by verb | append [ search verb=get | stats count ]")]
    public void A_search_that_needs_its_events_together_keeps_them(string search)
    {
        using var run = new FileSearch(Plan(search), new ScanSettings());

        Assert.False(run.KeepsGroupsOnly);
    }

    [Fact]
    public void Groups_that_do_not_fit_in_memory_go_to_disk_and_come_back()
    {
        var plan = Plan("* | stats count, values(v) AS v BY k");
        var context = Context(new MemoryBudget(1 << 20));
        using var search = PartialSearch.Of(plan, context)!;
        var reader = search.NewReader();
        for (var i = 0; i < 30_000; i++)
        {
            Assert.True(reader.Read(new Event { Raw = Encoding.UTF8.GetBytes($$"""{"k":"{{i % 10_000}}","v":"{{i / 10_000}}"}""") }));
            reader.Add();
            if (i % 500 == 499)
            {
                search.Take(reader.Take());
            }
        }

        var result = search.Run(context);
        var rows = result.Rows.Select(r => string.Join(' ', result.Columns.Names.Select(c => r[context.Fields.Slot(c)].Text.ReplaceLineEndings("+")))).ToList();

        Assert.Equal(Enumerable.Range(0, 10_000).Select(k => $"{k} 3 0+1+2"), rows);
    }

    private static SearchContext Context(MemoryBudget memory) => new() { Source = new MemoryEventSource([]), Now = DateTimeOffset.UnixEpoch, Memory = memory };

    private static string Search(Random random)
    {
        var by = Fields.OrderBy(_ => random.Next()).Take(random.Next(0, 4)).ToList();
        var aggregates = Aggregates.OrderBy(_ => random.Next()).Take(random.Next(1, 6));
        return $"{Filters[random.Next(Filters.Length)]} | stats {string.Join(", ", aggregates)}{(by.Count > 0 ? " BY " + string.Join(", ", by) : "")}";
    }

    /// <summary>Audit events, some of them again, some in an EventList, some over HEC with fields beside; other objects, text, and lines that broke off.</summary>
    private static string Input(Random random)
    {
        var lines = new List<string>();
        while (lines.Count < 150)
        {
            var line = random.Next(12) switch
            {
                0 => $$"""{"n":{{random.Next(9)}},"verb":"get","kind":"K{{random.Next(3)}}"}""",
                1 => $"verb=get n={random.Next(5)} some text",
                2 => Audit(random)[..^random.Next(1, 40)],
                3 => $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{Audit(random)}},{{Item(random)}}]}""",
                4 when lines.Count > 0 => $$"""{"event":{{Audit(random)}},"host":"h{{random.Next(3)}}","fields":{"n":"{{random.Next(5)}}","cluster":"c{{random.Next(3)}}"} }""",
                5 when lines.Count > 0 => lines[random.Next(lines.Count)],
                6 => Audit(random).Replace(":", " : ", StringComparison.Ordinal).Replace("00 : ", "00:", StringComparison.Ordinal),
                _ => Audit(random),
            };
            lines.Add(line);
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Audit(Random random) => """{"kind":"Event","apiVersion":"audit.k8s.io/v1",""" + Item(random)[1..];

    private static string Item(Random random)
    {
        var groups = string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{"abca"[random.Next(4)]}\""));
        var verb = (string[])["get", "list", "delete", "g\\u0065t", "GET", "\u00e9"];
        // Few differences: the same event often comes again without being copied.
        return $$"""{"level":"Metadata","auditID":"a{{random.Next(40)}}","stage":"ResponseComplete","requestURI":"/api","verb":"{{verb[random.Next(6)]}}","user":{"username":"u{{random.Next(3)}}","groups":[{{groups}}]},"n":{{random.Next(3)}}.50,"n":"{{random.Next(3)}}","stageTimestamp":"2026-03-14T10:0{{random.Next(3)}}:00Z"}""";
    }

    private static SearchPlan Plan(string search) => SearchPlanner.Plan(new SourceText("search", search), new MacroTable());

    private static async Task<(bool IsPartial, List<string> Rows, string Counts)> RunAsync(string text, string input, ScanSettings settings)
    {
        settings = settings with { Ingest = settings.Ingest with { Clock = new FixedClock() } };
        using var search = new FileSearch(Plan(text), settings);
        foreach (var name in (string[])["a", "b"])
        {
            // The second file repeats much of the first.
            var content = Encoding.UTF8.GetBytes(name == "a" ? input : input[(input.Length / 2)..]);
            await search.ReadAsync(new InputFile(name, content.Length, new DateOnly(2026, 3, 14)) { Content = content }, _ => { }, TestContext.Current.CancellationToken);
        }

        var result = search.Run(TestContext.Current.CancellationToken);
        var fields = result.Context.Fields;
        var rows = result.Stream.Rows.Select(row => string.Join(" | ", result.ColumnsOf(row).Select(c => $"{c}={row[fields.Slot(c)].Kind}:{row[fields.Slot(c)].Text}"))).ToList();
        var counts = search.Counts;
        return (search.KeepsGroupsOnly, rows, $"{counts.Read} {counts.Recognised} {counts.Other} {counts.Rejected} {string.Join('\n', counts.Rejections)}");
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 15, 0, 0, 0, TimeSpan.Zero);
    }
}
