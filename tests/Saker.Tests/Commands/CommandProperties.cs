using Saker.Spl.Commands;
using Saker.Spl.Text;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Commands;

/// <summary>What must hold of commands whatever the rows are.</summary>
public sealed class CommandProperties
{
    private const string Aggregates = "count sum(n) avg(n) min(n) max(n) values(m) dc(m) list(n) stdev(n)";
    private static readonly string[] Users = ["a", "b", "c d", "10", "9"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Eventstats_gives_each_row_what_stats_gives_its_group(int seed)
    {
        var engine = Engine(seed, out _);
        var groups = engine.Run($"| stats {Aggregates} by user | eval row=\"\"", ordered: true).ToHashSet();
        var rows = engine.Run($"user=* | eventstats {Aggregates} by user | fields - _raw | table user count sum(n) avg(n) min(n) max(n) values(m) dc(m) list(n) stdev(n) | dedup user | sort 0 user | eval row=\"\"", ordered: true);
        Assert.Equal(groups.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, 1, "true")]
    [InlineData(2, 3, "true")]
    [InlineData(3, 5, "false")]
    [InlineData(4, 50, "true")]
    public void Streamstats_gives_what_stats_gives_of_the_rows_in_the_window(int seed, int window, string current)
    {
        var engine = Engine(seed, out var count);
        var rows = engine.Run($"| sort 0 _time | streamstats window={window} current={current} {Aggregates} | table {Aggregates}", ordered: true);
        for (var i = 0; i < count; i++)
        {
            var last = current == "true" ? i : i - 1;
            var first = Math.Max(0, last - window + 1);
            Assert.Equal(engine.Run($"_time>={first} _time<={last} | sort 0 _time | stats {Aggregates}", ordered: true)[0], rows[i]);
        }
    }

    [Theory]
    [InlineData("7s", 7)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("1d", 86400)]
    [InlineData("0.25", 0.25)]
    public void A_bin_of_time_is_aligned_holds_its_time_and_stays_when_binned_again(string span, double seconds)
    {
        var engine = Engine(5, out var count);
        var rows = engine.Run($"| eval t=_time*997.5+1700000000 | eval s=t | eval _time=t | bin span={span} _time as s | eval _time=s | bin span={span} _time as again"
            + $" | eval ok=if(s<=t AND t<s+{seconds} AND s==again AND s%{seconds}==0, 1, 0) | where ok==1", ordered: true);
        Assert.Equal(count, rows.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_chart_taken_apart_is_stats(int seed)
    {
        var engine = Engine(seed, out _);
        Assert.Equal(
            engine.Run("m=* | stats count by user m | where count > 0", ordered: false),
            engine.Run("m=* | chart limit=0 count over user by m | untable user m count | where count > 0", ordered: false));
        Assert.Equal(
            engine.Run("| stats count by user", ordered: false),
            engine.Run("| top limit=0 showperc=false user", ordered: false));
    }

    [Fact]
    public void Random_pipelines_give_rows_or_a_diagnostic()
    {
        var engine = Engine(9, out _);
        foreach (var search in RandomSearches(seed: 11, count: 600))
        {
            try
            {
                engine.Run(search, ordered: true);
            }
            catch (SplException)
            {
                // A mistake that is told is fine.
            }
            catch (Exception failure)
            {
                Assert.Fail($"{search}\n{failure}");
            }
        }
    }

    [Fact]
    public void The_columns_told_of_a_search_are_those_of_its_result()
    {
        var engine = Engine(9, out _);
        var told = 0;
        foreach (var search in RandomSearches(seed: 12, count: 600))
        {
            try
            {
                var plan = engine.Plan("| table user m n _time " + search);
                if (plan.OutputColumns is { } columns)
                {
                    var context = engine.Context();
                    var result = plan.Run(context);
                    var rows = result.Rows.ToList();
                    // `fields a, b` names columns that its input does not have, and keeps _time: only what holds a value and is not internal must be told.
                    var filled = result.Columns.Names.Where(n => !n.StartsWith('_') && rows.Exists(r => !r[context.Fields.Slot(n)].IsNull)).ToList();
                    Assert.True(!filled.Except(columns).Any() && !columns.Except(result.Columns.Names).Any(), $"{search}\ntold {string.Join(", ", columns)}\nwas  {string.Join(", ", result.Columns.Names)}");
                    told++;
                }
            }
            catch (SplException)
            {
                // A mistake that is told is fine.
            }
        }

        Assert.True(told > 100);
    }

    private static IEnumerable<string> RandomSearches(int seed, int count)
    {
        var random = new Random(seed);
        var commands = CommandTable.All.Where(c => !c.Example.StartsWith('|') && c.Name != "search").SelectMany(c => c.Example.Split(" | "))
            .Concat([
                "eventstats count by m{}", "streamstats window=2 values(m) by m{}", "mvexpand m{}", "rex field=m{} \"(?<user>.)\"", "chart count over n by m{}", "timechart span=1s count by m{}",
                "transaction user maxpause=2s", "makemv delim=\"\" n", "bin bins=3 n", "xyseries user m n", "untable user m n", "transpose 0", "table *", "stats values(*) as * by user", "rename user as m", "fields - _*",
                "spath", "mvcombine m", "top m user", "accum n", "filldown", "fillnull", "makecontinuous n span=1", "chart avg(n) by m span=2", "fieldformat n=n*2", "addcoltotals", "nomv m{}",
            ])
            .ToList();
        return Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => "| " + commands[random.Next(commands.Count)] + " ")));
    }

    private static GoldenEngine Engine(int seed, out int count)
    {
        var random = new Random(seed);
        var engine = new GoldenEngine();
        var data = new GoldenRecord { Line = 1, Header = "data" };
        count = 20 + random.Next(20);
        for (var i = 0; i < count; i++)
        {
            var fields = new List<string> { $"\"_time\":{i}" };
            if (random.Next(5) > 0)
            {
                fields.Add($"\"user\":\"{Users[random.Next(Users.Length)]}\"");
            }

            fields.Add(random.Next(6) switch { 0 => "\"m\":\"word\"", 1 => "\"m\":[\"x\",\"y\"]", 2 => "\"k\":1", _ => $"\"m\":\"{random.Next(4)}\"" });
            fields.Add(random.Next(8) switch { 0 => "\"n\":\"word\"", 1 => "\"k\":\"\"", _ => $"\"n\":{random.Next(100) / 4.0}" });
            data.Body.Add("{" + string.Join(',', fields) + "}");
        }

        engine.AddData(data);
        return engine;
    }
}
