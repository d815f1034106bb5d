using Saker.Stores;
using Saker.Stores.ClickHouse;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class ClickHouseErrorsTests
{
    [Theory]
    [InlineData(117)]
    [InlineData(33)]
    [InlineData(53)]
    public void What_lies_in_the_data_is_refused(int code) => Assert.IsType<StoreRefusedException>(ClickHouseErrors.Of(code, "Code"));

    [Theory]
    [InlineData(60, "a table is missing")]
    [InlineData(241, "its memory is used up")]
    [InlineData(243, "its disk is full")]
    [InlineData(252, "it cannot merge as fast as it takes")]
    [InlineData(516, "user or password is wrong")]
    [InlineData(0, "")]
    [InlineData(987_654, "")]
    public void All_else_waits_for_better_times_known_or_not(int code, string why) =>
        Assert.Contains(why, Assert.IsType<StoreUnavailableException>(ClickHouseErrors.Of(code, "Code")).Message, StringComparison.Ordinal);

    [Fact]
    public void Messages_are_a_line()
    {
        var failure = ClickHouseErrors.Of(243, "Code: 243. DB::Exception: no space\nStack trace:\n" + new string('x', 9000));
        Assert.EndsWith("Code: 243. DB::Exception: no space", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://ch:8123", "http://ch:8123/default")]
    [InlineData("https://ch:8443/saker", "https://ch:8443/saker")]
    [InlineData("https://ch:8443/saker/", "https://ch:8443/saker")]
    public void An_address_ends_in_its_database(string url, string told) => Assert.Equal(told, StoreAddress.OfServer(url, "u", "secret").ToString());

    [Theory]
    [InlineData("ch:8123", "no http:// or https:// address")]
    [InlineData("tcp://ch:9000", "no http:// or https:// address")]
    [InlineData("http://user:pass@ch:8123", "must not carry a password")]
    [InlineData("http://ch:8123/db?readonly=0", "takes no query")]
    public void An_address_that_cannot_be_meant_is_refused(string url, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => StoreAddress.OfServer(url, null, null)).Message, StringComparison.Ordinal);
}
