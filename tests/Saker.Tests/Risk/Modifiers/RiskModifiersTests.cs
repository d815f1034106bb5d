using System.Text;
using Saker.Content;
using Saker.Risk;
using Saker.Risk.Modifiers;
using Saker.Spl.Execution;
using Saker.Tests.Detections.Windows;
using Xunit;

namespace Saker.Tests.Risk.Modifiers;

/// <summary>What lookups say of a risk event, and what factors make of its score.</summary>
public sealed class RiskModifiersTests
{
    private static readonly Detection Anomaly = Simulation.Library.Value.Detections.First(d => d.Type == DetectionType.Anomaly);

    [Theory]
    [InlineData("add,10", 59)]
    [InlineData("add,-100", 0)]
    [InlineData("multiply,0", 0)]
    [InlineData("multiply,0.5", 25)]
    [InlineData("multiply,100", 4900)]
    public void A_factor_adds_or_multiplies_and_never_falls_below_nothing(string change, int score)
    {
        var applied = Apply(Event("user", "eve"), ("risk_factors", $"factor,condition,operation,amount\nF,risk_object=eve,{change}\n"));
        Assert.Equal((score, 49, "F"), (applied.Score, applied.BaseScore, Assert.Single(applied.Factors)));
    }

    [Fact]
    public void What_is_added_is_added_before_the_sum_is_multiplied_in_whatever_order_they_stand()
    {
        var applied = Apply(Event("user", "eve"), ("risk_factors", "factor,condition,operation,amount\nTwice,*,multiply,2\nMore,risk_score>40,add,1\nNo,risk_object=bob,add,50\n"));
        Assert.Equal((100, "Twice More"), (applied.Score, string.Join(' ', applied.Factors)));
    }

    [Fact]
    public void A_rule_over_scores_keeps_its_own()
    {
        var e = Event("user", "eve");
        e = e with { Detection = e.Detection with { Type = DetectionType.Correlation } };
        Assert.Equal(49, Apply(e, ("risk_factors", "factor,condition,operation,amount\nTwice,*,multiply,2\n")).Score);
    }

    [Theory]
    [InlineData("host", "10.1.2.3", "risk_object_owner=net")]
    [InlineData("host", "10.9.9.9", "risk_object_owner=node team")]
    [InlineData("host", "192.0.2.1", "")]
    [InlineData("user", "ann", "risk_object_owner=ann risk_object_category=admin+oncall")]
    [InlineData("user", "ann@corp", "risk_object_owner=ann risk_object_category=admin+oncall")]
    [InlineData("user", "10.1.2.3", "")]
    [InlineData("namespace", "shop", "namespace_team=buyers")]
    public void Each_kind_of_entity_is_looked_up_where_it_belongs(string type, string value, string expected)
    {
        var applied = Apply(
            Event(type, value),
            ("identity_lookup_expanded", "identity,owner,category\nann|ann@corp,ann,admin|oncall\n"),
            ("asset_lookup_by_str", "asset,owner,unit\n10.9.9.9,node team,\n"),
            ("asset_lookup_by_cidr", "asset,owner\n10.0.0.0/8,net\n"),
            ("namespace_lookup", "namespace,cluster,team\nshop,prod-*,buyers\nshop,test,testers\n"));
        Assert.Equal(expected, string.Join(' ', applied.Context.Select(c => $"{c.Key}={string.Join('+', c.Value)}")));
        Assert.Equal(49, applied.Score);
    }

    [Fact]
    public void Without_lookups_nothing_is_looked_up_and_a_table_that_cannot_be_used_is_told()
    {
        var context = Context([]);
        Assert.Null(RiskModifiers.Of(context));
        context = Context([("identity_lookup_expanded", "name,owner\nann,ann\n"), ("risk_factors", "factor,condition,operation,amount\nF,risk_object=(,add,1\n")]);
        Assert.Null(RiskModifiers.Of(context));
        Assert.Equal(["the lookup `identity_lookup_expanded` has no column `identity`"], context.Warnings.Take(1));
        Assert.Contains("risk factor `F`: the condition cannot be read", context.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_score_is_kept_through_files_and_stands_in_the_index_beside_the_detections_own()
    {
        var applied = Apply(
            Event("user", "ann"),
            ("identity_lookup_expanded", "identity,priority,category\nann,high,admin|oncall\n"),
            ("risk_factors", "factor,condition,operation,amount\nF,risk_object_category=oncall,add,11\n"));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var codec = new RiskEventCodec([applied.Detection]);
        codec.Write(writer, applied);
        stream.Position = 0;
        var read = codec.Read(new BinaryReader(stream));
        Assert.Equal((60, 49, "F"), (read.Score, read.BaseScore, read.Factors[0]));
        var indexed = RiskIndex.EventOf(read, 0);
        var text = Encoding.UTF8.GetString(indexed.Raw.Span) + Encoding.UTF8.GetString(indexed.Extra.Span);
        foreach (var part in new List<string> { "\"risk_score\":49", "\"calculated_risk_score\":60", "\"risk_object_priority\":\"high\"", "\"risk_object_category\":\"admin\",\"risk_object_category\":\"oncall\"", "\"risk_factor\":\"F\"" })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    private static RiskEvent Event(string type, string value) => new()
    {
        Id = 1,
        Detection = Anomaly,
        Window = new Window(TimeRange.All, DateTimeOffset.UnixEpoch, IsScheduled: false),
        RiskObject = new RiskObject("user", type, value),
        Score = 49,
        Message = "m",
        ThreatObjects = [],
        FirstNanoseconds = 1,
        LastNanoseconds = 2,
        Evidence = default,
        Fields = [new("cluster", ["prod-1"])],
    };

    private static RiskEvent Apply(RiskEvent e, params (string Name, string Csv)[] lookups) => RiskModifiers.Of(Context(lookups))!.Apply(e, _ => throw new InvalidOperationException("no event is needed"));

    private static SearchContext Context((string Name, string Csv)[] tables)
    {
        var lookups = new MemoryLookups();
        foreach (var (name, csv) in tables)
        {
            lookups.Write(new LookupDefinition(name), CsvText.ReadTable(new StringReader(csv)));
        }

        return new SearchContext { Source = new MemoryEventSource([]), Now = DateTimeOffset.UnixEpoch, Lookups = lookups };
    }
}
