using System.Globalization;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Language;

/// <summary>What holds for every search: of the golden files, and of random ones.</summary>
public sealed class PropertyTests
{
    private const int Searches = 400;

    [Fact]
    public void Golden_searches_print_to_a_fixed_point()
    {
        foreach (var file in Directory.EnumerateFiles(GoldenTests.Root, "*.spl", SearchOption.AllDirectories))
        {
            var golden = GoldenFile.Read(file);
            var engine = new GoldenEngine();
            foreach (var record in golden.Records)
            {
                var search = string.Join('\n', record.Body);
                if (record.Kind == "macro")
                {
                    GoldenAnswer.AddMacro(engine, record);
                }
                else if (record.Kind is "query" or "canonical" or "plan" && TryParse(search, engine.Macros) is { } pipeline)
                {
                    AssertFixedPoint(pipeline);
                }
            }
        }
    }

    [Fact]
    public void Random_searches_print_to_a_fixed_point()
    {
        for (var seed = 0; seed < Searches; seed++)
        {
            var made = new RandomSpl(seed);
            if (TryParse(made.Pipeline(sums: seed % 2 == 0), new MacroTable()) is { } pipeline)
            {
                AssertFixedPoint(pipeline);
            }

            if (TryParse($"| where {made.Condition(4)} | eval x={made.Expression(4)}", new MacroTable()) is { } expressions)
            {
                AssertFixedPoint(expressions);
            }
        }
    }

    [Fact]
    public void Rows_depend_neither_on_the_order_of_events_nor_on_memory_nor_on_the_rules()
    {
        var ran = 0;
        for (var seed = 0; seed < Searches; seed++)
        {
            var made = new RandomSpl(seed);
            var search = made.Pipeline(sums: true);
            var events = Enumerable.Range(0, 60).Select(_ => made.Event()).ToList();
            var rows = Run(search, events, MemoryBudget.DefaultBytes);
            events.Reverse();
            AssertSame(rows, Run(search, events, MemoryBudget.DefaultBytes), seed, search);
            AssertSame(rows, Run(search, events, MemoryBudget.DefaultBytes, PlanRules.None), seed, search);
            var shuffled = events.OrderBy(e => e.GetHashCode(StringComparison.Ordinal)).ToList();
            var little = Run(search, shuffled, 12_000);
            if (little is not ["SPL0901"])
            {
                AssertSame(rows, little, seed, search);
                ran++;
            }
        }

        Assert.True(ran > Searches / 2, $"only {ran} searches ran with little memory");
    }

    [Fact]
    public void Random_searches_without_aggregates_never_fail_otherwise_than_with_a_diagnostic()
    {
        for (var seed = 10_000; seed < 10_000 + Searches; seed++)
        {
            var made = new RandomSpl(seed);
            var search = made.Pipeline(sums: false);
            var events = Enumerable.Range(0, 20).Select(_ => made.Event()).ToList();
            var rows = Run(search, events, MemoryBudget.DefaultBytes);
            AssertSame(rows, Run(search, [.. events.AsEnumerable().Reverse()], MemoryBudget.DefaultBytes), seed, search);
            AssertSame(rows, Run(search, events, MemoryBudget.DefaultBytes, PlanRules.None), seed, search);
        }
    }

    [Fact]
    public void Text_reads_as_the_same_number_from_characters_and_from_bytes()
    {
        var random = new Random(7);
        const string characters = "0123456789.eE+- xX,_";
        string[] special = ["5.", ".5", ".", "-", "+5", "-.5", "1e5", "1e", "1e+", "1e-400", "1e400", "00012", "1_000", "0x10", "∞", "NaN", "Infinity", " 5", "5 ", "\t5", "--5", "+-5", "-+5", "1.2.3", "1e5.5", "٣", "- 5"];
        foreach (var text in special.Concat(Enumerable.Range(0, 20_000).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => characters[random.Next(characters.Length)])]))))
        {
            var fromText = NumberText.TryParse(text.AsSpan(), out var a);
            var fromBytes = NumberText.TryParse(Encoding.UTF8.GetBytes(text).AsSpan(), out var b);
            Assert.True(fromText == fromBytes && (!fromText || a.Equals(b)), $"«{text}»: {fromText} {a}, {fromBytes} {b}");
        }
    }

    internal static Pipeline? TryParse(string search, MacroTable macros)
    {
        try
        {
            return PipelineParser.Parse(new SourceText("search", search), macros);
        }
        catch (SplException)
        {
            return null;
        }
    }

    internal static void AssertFixedPoint(Pipeline pipeline)
    {
        var printed = pipeline.ToString();
        var again = TryParse(printed, new MacroTable());
        Assert.True(again is not null, $"does not parse: {printed}");
        Assert.Equal(printed, again.ToString());
    }

    private static List<string> Run(string search, List<string> lines, long memory, PlanRules rules = PlanRules.All)
    {
        var events = lines.Select((line, i) => new Event
        {
            Raw = Encoding.UTF8.GetBytes(line),
            Ordinal = i,
            TimeNanoseconds = long.Parse(line[(line.LastIndexOf(':') + 1)..^1], CultureInfo.InvariantCulture) * 1_000_000_000,
        }).ToList();
        var context = new SearchContext { Source = new MemoryEventSource(events), Now = DateTimeOffset.UnixEpoch.AddDays(1), Memory = new MemoryBudget(memory) };
        try
        {
            var result = SearchPlanner.Plan(PipelineParser.Parse(search), FieldNeed.All, rules).Run(context);
            var rows = result.Rows.ToList();
            var names = result.Columns.Names.Concat(ColumnNames.Of(rows, context.Fields)).Distinct().Order(StringComparer.Ordinal).ToList();
            return [.. rows.Select(row => string.Join(' ', names.Select(n => (n, v: row[context.Fields.Slot(n)])).Where(c => !c.v.IsNull).Select(c => $"{c.n}={c.v.Count}:{c.v.Text}"))).Order(StringComparer.Ordinal)];
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.Select(d => d.Code)];
        }
    }

    private static void AssertSame(List<string> expected, List<string> actual, int seed, string search) =>
        Assert.True(expected.SequenceEqual(actual), $"seed {seed}: {search}\n{string.Join('\n', expected.Except(actual).Take(3))}\nagainst\n{string.Join('\n', actual.Except(expected).Take(3))}");
}
