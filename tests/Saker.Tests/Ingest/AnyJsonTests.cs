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
}
