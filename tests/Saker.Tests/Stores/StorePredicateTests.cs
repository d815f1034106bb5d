using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores.ClickHouse;
using Xunit;

namespace Saker.Tests.Stores;

/// <summary>What ClickHouse is asked for a search. That it is never too little is tested against a real one, end to end.</summary>
public sealed class StorePredicateTests
{
    [Theory]
    [InlineData("verb=create", "(is_exact = 0 OR lower(verb) = 'create')")]
    [InlineData("verb=CREATE", "(is_exact = 0 OR lower(verb) = 'create')")]
    [InlineData("index=kubernetes sourcetype=_json", "(is_exact = 0 OR lower(index) = 'kubernetes') AND (is_exact = 0 OR lower(sourcetype) = '_json')")]
    [InlineData("verb IN (get, list)", "(is_exact = 0 OR lower(verb) IN ('get', 'list'))")]
    [InlineData("verb IN (get, l*)", "(is_exact = 0 OR (lower(verb) = 'get' OR lower(verb) LIKE 'l%'))")]
    [InlineData("user.username=system:*:a_b", "(is_exact = 0 OR lower(user) LIKE 'system:%:a\\\\_b')")]
    [InlineData("responseStatus.code>=400", "(is_exact = 0 OR (NOT (match(code, '^[0-9]{1,9}$')) OR toUInt32OrZero(code) >= 400))")]
    [InlineData("\"sourceIPs{}\"=10.0.0.1", "(is_exact = 0 OR arrayExists(x -> lower(x) = '10.0.0.1', source_ips))")]
    [InlineData("userAgent=\"it's\"", "(is_exact = 0 OR lower(user_agent) = 'it\\'s')")]
    public void Columns_answer_what_they_can(string search, string where) => Assert.Equal(where, Where(search));

    [Theory]
    [InlineData("verb=*")]
    [InlineData("requestObject.spec.hostPID=true")]
    [InlineData("verb=create OR requestObject.spec.hostPID=true")]
    [InlineData("NOT requestObject.spec.hostPID=true")]
    [InlineData("verb=\u017Fudo")]
    [InlineData("responseStatus.code>=4e2")]
    [InlineData("_time>5")]
    public void What_they_cannot_answer_is_left_to_the_engine(string search) => Assert.Equal("1", Where(search));

    [Theory]
    // A host that no sender named may stand in the event's text.
    [InlineData("host=node-1", "(is_exact = 0 OR (NOT (host != '') OR lower(host) = 'node-1'))")]
    // An empty column may be an absent field, or an empty one.
    [InlineData("verb!=get", "(is_exact = 0 OR NOT (lower(verb) = 'get'))")]
    [InlineData("NOT verb!=get", "(is_exact = 0 OR NOT ((verb != '' AND NOT (lower(verb) = 'get'))))")]
    [InlineData("source!=a", "(is_exact = 0 OR (source != '' AND NOT (lower(source) = 'a')))")]
    [InlineData("NOT verb=*", "(is_exact = 0 OR NOT (verb != ''))")]
    [InlineData("NOT (verb=get responseStatus.code<300)", "(is_exact = 0 OR NOT ((lower(verb) = 'get' AND (match(code, '^[0-9]{1,9}$') AND toUInt32OrZero(code) < 300))))")]
    public void What_is_absent_is_told_from_what_is_empty_only_where_it_can_be(string search, string where) => Assert.Equal(where, Where(search));

    [Theory]
    [InlineData("\"kube-system\" denied", "positionCaseInsensitive(raw, 'kube-system') > 0 AND positionCaseInsensitive(raw, 'denied') > 0")]
    [InlineData("sec*ret*s", "positionCaseInsensitive(raw, 'sec') > 0")]
    [InlineData("CASE(Pod)", "position(raw, 'Pod') > 0")]
    [InlineData("NOT denied", "1")]
    [InlineData("gr\u00fcn", "1")]
    public void Words_stand_somewhere_in_the_text(string search, string where) => Assert.Equal(where, Where(search));

    [Fact]
    public void Times_bound_the_read()
    {
        var predicate = StorePredicate.Of(Request("verb=get"), new TimeRange(-5, 1_000_000_000));
        Assert.Equal(
            "events WHERE _time >= fromUnixTimestamp64Nano(toInt64(-5), 'UTC') AND _time < fromUnixTimestamp64Nano(toInt64(1000000000), 'UTC') AND (is_exact = 0 OR lower(verb) = 'get')",
            predicate.ToString());
    }

    [Fact]
    public void Metrics_are_pruned_by_their_names()
    {
        var predicate = StorePredicate.Of(Request("| mstats avg(process.cpu.utilization) AS cpu WHERE index=kubernetes_metrics process.executable.name=xmrig BY host.name"), TimeRange.All);
        Assert.Equal(
            "metrics WHERE (is_exact = 0 OR lower(index) = 'kubernetes_metrics') AND (is_exact = 0 OR lower(process) = 'xmrig') AND (is_exact = 0 OR lower(metric_name) = 'process.cpu.utilization')",
            predicate.ToString());
    }

    [Fact]
    public void A_list_of_thousands_is_left_to_the_engine() => Assert.Equal("1", Where($"verb IN ({string.Join(", ", Enumerable.Range(0, 5000))})"));

    [Fact]
    public void No_value_leaves_its_quotes()
    {
        var where = Where("verb=\"x') OR 1=1 -- \\\\\n\t\"");
        Assert.StartsWith("(is_exact = 0 OR lower(verb) = 'x\\') or 1=1 -- ", where, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', where);
        // Every quote but the first and the last is escaped.
        Assert.Equal(2, where.Where((c, i) => c == '\'' && where[i - 1] != '\\').Count());
    }

    private static string Where(string search) => StorePredicate.Of(Request(search), TimeRange.All).Where;

    private static SourceRequest Request(string search) => SearchPlanner.Plan(Spl.Syntax.PipelineParser.Parse(search)).Request!;
}
