using Saker.Events;
using Xunit;

namespace Saker.Tests.Ingest;

/// <summary>JSON objects of no kind we know.</summary>
public sealed class AnyJsonTests
{
    [Theory]
    [InlineData("\"2026-05-01T10:00:00.5Z\"", "2026-05-01T10:00:00.500000000Z")]
    [InlineData("\"2026-05-01 10:00:00\"", "2026-05-01T10:00:00.000000000Z")]
    [InlineData("1777629600.25", "2026-05-01T10:00:00.250000000Z")]
    [InlineData("\"1777629600\"", "2026-05-01T10:00:00.000000000Z")]
    public void Its_time_is_what_it_says(string stamp, string time) =>
        Assert.Equal(time, Timestamp.Format(Reading.Of($$"""{"_time":{{stamp}},"timestamp":"2026-05-02T00:00:00Z","n":1}""").Only.TimeNanoseconds));

    [Fact]
    public void In_a_file_that_was_named_it_says_where_it_is_from()
    {
        var e = Reading.Of("""{"_time":1777629600,"host":"db1","sourcetype":"app","index":"web","source":"inner"}""").Only;
        Assert.Equal(("db1", "app", "web"), (e.Host, e.Sourcetype, e.Index));
        Assert.NotEqual("inner", e.Source);

        var odd = Reading.Of("""{"_time":1777629600,"host":7,"sourcetype":"","index":{"a":1}}""").Only;
        Assert.Equal(("", "json", "main"), (odd.Host, odd.Sourcetype, odd.Index));
    }

    [Fact]
    public void In_an_envelope_only_that_says_so()
    {
        var e = Reading.Of("""{"time":1777629600,"host":"n1","sourcetype":"outer","event":{"host":"db1","sourcetype":"app","index":"web"}}""").Only;
        Assert.Equal(("n1", "outer", "main"), (e.Host, e.Sourcetype, e.Index));
    }
}
