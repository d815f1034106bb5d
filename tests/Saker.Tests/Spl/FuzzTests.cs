using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Language;

/// <summary>
/// Feeds broken searches, macros and events to the lexer, parser, macro expander and JSON extractor, and runs what can be planned on hostile events:
/// nothing but <see cref="SplException"/> may come out, in bounded time, memory and stack. Runs for SAKER_FUZZ_SECONDS (3 by default) with a
/// seed of SAKER_FUZZ_SEED.
/// </summary>
public sealed class FuzzTests
{
    // A quarter of what the main thread has, so that recursion without a bound shows.
    private const int StackBytes = 1 << 20;
    private const long MostAllocated = 1L << 30;

    // A search may make rows of its own until it is stopped; what it holds at once its budget bounds.
    private const long MostAllocatedByRun = 16L << 30;
    private const int MostRows = 2_000;

    // A long run tells of more than its first fault.
    private const int MostFailures = 40;

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    private static readonly string[] Pieces =
    [
        "|", "(", ")", "[", "]", "\"", "'", "`", "```", "\\", "=", "!=", "<", ">=", ",", " ", "\n", "*", ".", "-", "+", "%", "{}", "$x$", "OR", "AND", "NOT", "IN", "BY", "AS", "WHERE", "search", "stats count", "eval x=",
        "where ", "rename ", "a", "a.b{}", "10", "1e9", "earliest=-1d@d", "TERM(", "if(", "case(", "match(x,\"(a+)+$\")", "mvmap(", "`m(1)`", "`n`", "`k`", "é", "😀", "\0", "\uD800", "span=1h", "head 5", "sort -x", "/*", "*/", "avg(eval(", "mstats avg(x) WHERE ", "dedup ", "fields - ", "table ",
    ];

    private static readonly string[] PatternPieces =
    [
        "a", "b", ".", "\\d", "\\w", "\\s", "\\b", "(", "(?:", "(?<n>", "(?P<m>", "(?i)", "(?=", "(?<!", "(?>", "(?(1)", ")", ")", ")", "|", "*", "+", "?", "++", "*+", "{2}", "{1,30}", "{,3}", "[", "[^", "]", "[a-z]", "[[:alpha:]_-]", "-", "\\", "\\1", "\\g{-1}",
        "\\k<n>", "\\Q", "\\E", "\\x{41}", "\\x", "\\p{L}", "^", "$", "\\z", "\\h", "\\R", "é", "#", "(?#", "(?x)", "\\K",
    ];

    [Fact]
    public void Nothing_but_diagnostics_comes_out()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("SAKER_FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        string? failure = null;
        var thread = new Thread(() => failure = Fuzz(seconds, seed), StackBytes);
        thread.Start();
        thread.Join();
        Assert.True(failure is null, failure);
    }

    private static string? Fuzz(double seconds, int seed)
    {
        var random = new Random(seed);
        var searches = GoldenSearches();
        var events = GoldenEvents();
        foreach (var deep in DeepSearches())
        {
            if (Try(deep, () => Parse(deep)) is { } failure)
            {
                return failure;
            }
        }

        foreach (var deep in DeepEvents())
        {
            if (Try(deep, () => Extract(Encoding.UTF8.GetBytes(deep))) is { } failure)
            {
                return failure;
            }
        }

        var clock = Stopwatch.StartNew();
        var failures = new List<string>();
        long runs = 0;
        for (; clock.Elapsed.TotalSeconds < seconds && failures.Count < MostFailures; runs++)
        {
            var search = random.Next(3) == 0 ? Soup(random) : Mutate(searches[random.Next(searches.Count)], random);
            var bytes = MutateBytes(Encoding.UTF8.GetBytes(events[random.Next(events.Count)]), random);
            var pattern = Pattern(random);
            if ((Try(search, () => Parse(search)) ?? Try(Convert.ToHexString(bytes), () => Extract(bytes)) ?? Try(pattern, () => Match(pattern)) ?? Run(searches[random.Next(searches.Count)], search, events, random)) is { } failure)
            {
                failures.Add(failure);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{runs:#,0} inputs of each kind");
        Console.Error.WriteLine($"fuzz: {runs:#,0} searches and events in {clock.Elapsed.TotalSeconds:0} s, seed {seed}");
        return failures.Count == 0 ? null : string.Join("\n\n", failures);
    }

    /// <summary>Runs a search as it should be, or broken, on a few events that are broken or stand in XML, text or other data.</summary>
    private static string? Run(string whole, string broken, List<string> events, Random random)
    {
        var search = random.Next(2) == 0 ? whole : broken;
        var hostile = Enumerable.Range(0, random.Next(1, 20)).Select(i => new Event
        {
            Raw = Hostile(events, random),
            Ordinal = i,
            IsMetric = random.Next(8) == 0,
            Index = "main",
            Sourcetype = "fuzz",
            TimeNanoseconds = random.Next(10) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : 1_773_489_600_000_000_000 - random.NextInt64(86_400_000_000_000),
        }).ToList();
        return Try($"{search}\non {string.Join('\n', hostile.Select(e => Encoding.UTF8.GetString(e.Raw.Span)))}", () => Run(search, hostile), MostAllocatedByRun);
    }

    private static byte[] Hostile(List<string> events, Random random)
    {
        var text = events[random.Next(events.Count)];
        return random.Next(4) switch
        {
            0 => Encoding.UTF8.GetBytes(text),
            1 => MutateBytes(Encoding.UTF8.GetBytes($"<a id=\"1\">{text}<b>x</b><b n='2'>&amp;&#x41;<c/></b></a>"), random),
            _ => MutateBytes(Encoding.UTF8.GetBytes(text), random),
        };
    }

    private static void Run(string search, List<Event> events)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var context = new SearchContext
        {
            Source = new MemoryEventSource(events),
            Now = new DateTimeOffset(2026, 3, 14, 12, 0, 0, TimeSpan.Zero),
            Memory = new MemoryBudget(16 << 20),
            MostDiskBytes = 64 << 20,
            Lookups = new MemoryLookups(),
            Collect = _ => { },
            Cancellation = stop.Token,
        };
        try
        {
            var result = SearchPlanner.Plan(PipelineParser.Parse(search)).Run(context);
            foreach (var row in result.Rows.Take(MostRows))
            {
                for (var slot = 0; slot < row.Width; slot++)
                {
                    _ = row[slot].Text.Length;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was asked to stop, and did.
        }
    }

    private static string? Try(string input, Action run, long mostAllocated = MostAllocated, bool isSecondTime = false)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        try
        {
            run();
        }
        catch (SplException mistake)
        {
            foreach (var diagnostic in mistake.Diagnostics)
            {
                DiagnosticRenderer.Render(diagnostic);
            }
        }
        catch (Exception crash)
        {
            return $"{crash}\non {Shown(input)}";
        }

        if (clock.Elapsed > Slowest && !isSecondTime)
        {
            // A busy machine may have paused us: what is slow is slow again.
            return Try(input, run, mostAllocated, isSecondTime: true);
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return clock.Elapsed > Slowest ? $"{clock.Elapsed} on {Shown(input)}" : taken > mostAllocated ? $"{taken >> 20} MB on {Shown(input)}" : null;
    }

    private static string Shown(string input) => $"{input.Length} characters: {(input.Length > 2000 ? input[..2000] + "…" : input)}";

    private static void Parse(string search)
    {
        var macros = new MacroTable();
        macros.Set(new Macro("m", ["x"], new SourceText("m", "a=$x$ | eval y=\"$x$\" `n`")));
        macros.Set(new Macro("n", [], new SourceText("n", "b OR `k`")));
        macros.Set(new Macro("k", [], new SourceText("k", "\"c\" . $x$"), IsEval: true));
        macros.Set(new Macro("loop", [], new SourceText("loop", "`loop`")));
        for (var i = 0; i < 40; i++)
        {
            macros.Set(new Macro($"twice{i}", [], new SourceText($"twice{i}", $"`twice{i + 1}``twice{i + 1}`")));
        }

        macros.Set(new Macro("twice40", [], new SourceText("twice40", "")));
        var pipeline = PipelineParser.Parse(new SourceText("fuzz", search), macros);
        var printed = pipeline.ToString();
        Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
        var plan = SearchPlanner.Plan(pipeline);
        Explain.Print(plan);
    }

    private static string Pattern(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => PatternPieces[random.Next(PatternPieces.Length)]));

    private static void Match(string pattern)
    {
        try
        {
            var regex = RegexText.Compile(pattern);
            regex.IsMatch("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1é😀\n");
            regex.Replace("abab 12", RegexText.Replacement("<\\1$0>"));
        }
        catch (Exception refusal) when (refusal is ArgumentException or RegexMatchTimeoutException)
        {
            // Both are told to the user: SPL0135 and SPL0903.
        }
    }

    private static void Extract(byte[] bytes)
    {
        foreach (var need in (FieldNeed[])[FieldNeed.All, FieldNeed.Of("a", "a.b", "list{}", "objs{}.k", "deep{}{}{}", "x.y.z", "_raw"), FieldNeed.Of(string.Concat(Enumerable.Repeat("{}", 3000)), string.Concat(Enumerable.Repeat("a.", 3000)))])
        {
            var fields = new FieldTable();
            var row = new Row();
            new FieldExtractor(need, fields).Extract(new Event { Raw = bytes }, row);
            for (var slot = 0; slot < row.Width; slot++)
            {
                _ = row[slot].Text.Length;
            }
        }
    }

    private static IEnumerable<string> DeepSearches()
    {
        const int many = 100_000;
        foreach (var piece in (string[])["(", "NOT ", "a OR ", "a AND ", "[", "[search ", "a=(", "\"", "`m(", "a ", "a IN (", "TERM("])
        {
            yield return Repeat(piece, many);
            yield return Repeat(piece, many) + "a" + Repeat(")", many);
            yield return Repeat(piece, 150) + "a" + Repeat(")", 150);
        }

        foreach (var piece in (string[])["(", "-", "!", "NOT ", "if(", "a+", "a.", "a AND ", "len(", "a=", "'a'.", "coalesce(a,", "mvfilter(", "1", "1e", "a IN (", "\"\\"])
        {
            yield return "| where " + Repeat(piece, many);
            yield return "| eval x=" + Repeat(piece, 150) + "a" + Repeat(")", 150);
            yield return "| where " + Repeat(piece, 1_990) + "a";
        }

        yield return "a" + Repeat(" | search b", 20_000);
        yield return "a" + Repeat("|", many);
        yield return "| stats" + Repeat(" count(eval(a=b)) AS c", 5_000);
        yield return "| eval " + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"a{i}=1"));
        yield return $"| where match(a,\"{Repeat("(", many)}\")";
        yield return $"| where match(a,\"{Repeat("(", 5_000)}a{Repeat(")*", 5_000)}\")";
        yield return $"| where match(a,\"{Repeat("(?:a|b){1,50}", 50)}\")";
        yield return "| where match(a,\"(((((a{1,99}){1,99}){1,99}){1,99}){1,99})\")";
        yield return $"| where like(a,\"{Repeat("%_", 5_000)}\")";
        yield return $"a={Repeat("*a", 20_000)}";
        yield return "`twice0`";
        yield return "`loop`";
        yield return Repeat("`n` ", 20_000);
        yield return new string('`', many);
        yield return "earliest=" + Repeat("-1d", 30_000);
        yield return Repeat("a{}", many) + "=1";
        yield return "| rename " + Repeat("a*", 2_000) + " AS " + Repeat("b*", 2_000);
    }

    private static IEnumerable<string> DeepEvents()
    {
        const int many = 200_000;
        yield return "{\"a\":" + Repeat("[", many);
        yield return "{\"a\":" + Repeat("[", many) + Repeat("]", many) + "}";
        yield return Repeat("{\"a\":", many) + "1" + Repeat("}", many);
        yield return Repeat("{\"\":", many);
        yield return "{\"a\":\"" + Repeat("\\", many);
        yield return "{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"k{i}\":1")) + "}";
        yield return "{\"a\":[" + Repeat("1,", many) + "1]}";
        yield return "{" + Repeat("\"a\":1,", many) + "\"a\":2}";
        yield return "{" + Repeat("]", many);
        yield return Repeat("a=", many);
        yield return Repeat("a=\"", many);
        yield return new string('=', many);
    }

    private static string Repeat(string piece, int times) => string.Concat(Enumerable.Repeat(piece, times));

    private static string Soup(Random random)
    {
        var text = new StringBuilder();
        var count = random.Next(1, 40);
        for (var i = 0; i < count; i++)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
            text.Append(random.Next(2) == 0 ? " " : "");
        }

        return text.ToString();
    }

    private static string Mutate(string search, Random random)
    {
        var text = new StringBuilder(search);
        var changes = random.Next(1, 6);
        for (var i = 0; i < changes && text.Length > 0; i++)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(5))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 2: text.Insert(at, text.ToString(random.Next(text.Length), 1)); break;
                case 3: text[at] = (char)random.Next(1, random.Next(2) == 0 ? 128 : 0xFFFF); break;
                default: text.Insert(random.Next(text.Length), text.ToString(at, length)); break;
            }
        }

        return text.ToString();
    }

    private static byte[] MutateBytes(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        var changes = random.Next(1, 8);
        for (var i = 0; i < changes && list.Count > 0; i++)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0: list.RemoveAt(at); break;
                case 1: list.Insert(at, (byte)"{}[]\",:\\ u=0e-\u0001"[random.Next(15)]); break;
                case 2: list[at] = (byte)random.Next(256); break;
                default: list.RemoveRange(at, list.Count - at); break;
            }
        }

        return [.. list];
    }

    private static List<string> GoldenSearches() =>
        [.. GoldenFiles().SelectMany(f => f.Records).Where(r => r.Kind is "query" or "canonical" or "plan" or "error").Select(r => string.Join('\n', r.Body))];

    private static List<string> GoldenEvents() => [.. GoldenFiles().SelectMany(f => f.Records).Where(r => r.Kind == "data").SelectMany(r => r.Body).Take(2000)];

    private static IEnumerable<GoldenFile> GoldenFiles() => Directory.EnumerateFiles(GoldenTests.Root, "*.spl", SearchOption.AllDirectories).Select(GoldenFile.Read);
}
