using System.Net;
using Saker.Geo;
using Xunit;

namespace Saker.Tests.Geo;

public class GeoDatabaseTests
{
    private static readonly Dictionary<string, object> London = new()
    {
        ["city"] = Named("London"),
        ["continent"] = new Dictionary<string, object> { ["code"] = "EU", ["names"] = new Dictionary<string, object> { ["de"] = "Europa", ["en"] = "Europe" } },
        ["country"] = new Dictionary<string, object> { ["iso_code"] = "GB", ["names"] = new Dictionary<string, object> { ["en"] = "United Kingdom" } },
        ["location"] = new Dictionary<string, object>
        {
            ["accuracy_radius"] = (ushort)10,
            ["latitude"] = 51.5142,
            ["longitude"] = -0.0931,
            ["metro_code"] = (ushort)807,
            ["time_zone"] = "Europe/London",
        },
        ["subdivisions"] = new List<object> { Named("England"), Named("City of London") },
    };

    private static readonly Dictionary<string, object> Nuremberg = new()
    {
        ["city"] = "Nuremberg",
        ["country_code"] = "DE",
        ["latitude"] = 49.4543f,
        ["longitude"] = 11.0746f,
        ["postcode"] = "",
        ["state1"] = "Bavaria",
        ["state2"] = "",
        ["timezone"] = "",
    };

    public static TheoryData<int, int> Forms => new() { { 24, 4 }, { 28, 4 }, { 32, 4 }, { 24, 6 }, { 28, 6 }, { 32, 6 } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Finds_IPv4_in_every_record_size_and_either_tree(int recordSize, int ipVersion)
    {
        using var database = TemporaryDatabase.Open(new MmdbWriter(recordSize, ipVersion)
            .Add("192.0.2.0/24", London).Add("198.51.100.7/32", Nuremberg).Add("203.0.113.128/25", London).ToArray());

        Assert.Equal("London", Place(database, "192.0.2.255").City);
        Assert.Equal("Nuremberg", Place(database, "198.51.100.7").City);
        Assert.Equal("London", Place(database, "203.0.113.128").City);
        Assert.False(database.TryFind(IPAddress.Parse("203.0.113.127"), out var nowhere));
        Assert.Equal(GeoPlace.Nowhere, nowhere);
        Assert.False(database.TryFind(IPAddress.Parse("127.0.0.1"), out _));
        Assert.False(database.TryFind(IPAddress.IPv6Loopback, out _));
        Assert.Equal("London", Place(database, "::ffff:192.0.2.1").City);
        Assert.Equal("test city", database.DatabaseType);
    }

    [Fact]
    public void Reads_the_nested_layout() => Assert.Equal(
        new GeoPlace("London", "United Kingdom", "England", 51.5142, -0.0931, "Europe", "807", "Europe/London"),
        Place(With("192.0.2.0/24", London), "192.0.2.1"));

    [Fact]
    public void Reads_the_flat_layout_and_names_its_country() => Assert.Equal(
        new GeoPlace("Nuremberg", "Germany", "Bavaria", 49.4543, 11.0746, "Europe", "", ""),
        Place(With("192.0.2.0/24", Nuremberg), "192.0.2.1"));

    [Fact]
    public void Reads_the_layout_with_numbers_as_text() => Assert.Equal(
        new GeoPlace("Lima", "Peru", "Lima", -12.04, null, "South America", "", "America/Lima"),
        Place(With("192.0.2.0/24", new Dictionary<string, object>
        {
            ["city"] = "Lima",
            ["country"] = "PE",
            ["region"] = "Lima",
            ["lat"] = "-12.04",
            ["lng"] = "west",
            ["timezone"] = "America/Lima",
        }), "192.0.2.1"));

    [Fact]
    public void Leaves_empty_what_a_record_does_not_tell()
    {
        Assert.Equal(GeoPlace.Nowhere, Place(With("192.0.2.0/24", new Dictionary<string, object>()), "192.0.2.1"));
        Assert.Equal(GeoPlace.Nowhere, Place(With("192.0.2.0/24", "a text"), "192.0.2.1"));
        Assert.Equal(GeoPlace.Nowhere, Place(With("192.0.2.0/24", new Dictionary<string, object> { ["subdivisions"] = new List<object>(), ["city"] = 7 }), "192.0.2.1"));
    }

    [Fact]
    public void Looks_into_6to4_and_Teredo_and_NAT64_only_where_the_tree_is_silent()
    {
        using var database = TemporaryDatabase.Open(new MmdbWriter(28, 6)
            .Add("192.0.2.0/24", London).Add("2002:c633:6400::/40", Nuremberg).ToArray());

        Assert.Equal("London", Place(database, "2002:c000:0201::1").City);
        Assert.Equal("Nuremberg", Place(database, "2002:c633:6401::1").City);
        Assert.Equal("London", Place(database, "2001:0:cb00:7101:0:0:3fff:fdfe").City);
        Assert.Equal("London", Place(database, "64:ff9b::192.0.2.9").City);
        Assert.False(database.TryFind(IPAddress.Parse("2001:db8::1"), out _));
        Assert.Equal("London", Place(With("192.0.2.0/24", London), "2002:c000:0201::1").City);
    }

    [Fact]
    public void Follows_an_alias_of_the_whole_IPv4_tree()
    {
        using var database = TemporaryDatabase.Open(new MmdbWriter(32, 6).Add("::/1", Nuremberg).ToArray());
        Assert.Equal("Nuremberg", Place(database, "192.0.2.1").City);
    }

    [Fact]
    public void Answers_many_threads()
    {
        var writer = new MmdbWriter(24, 4);
        for (var i = 0; i < 256; i++)
        {
            writer.Add($"10.0.{i}.0/24", new Dictionary<string, object> { ["city"] = $"city {i}" });
        }

        using var database = TemporaryDatabase.Open(writer.ToArray());
        Parallel.For(0, 20_000, i => Assert.Equal($"city {i % 256}", Place(database, $"10.0.{i % 256}.{i % 7}").City));
    }

    [Fact]
    public void Refuses_to_answer_when_closed()
    {
        var database = With("192.0.2.0/24", London);
        database.Dispose();
        Assert.Throws<ObjectDisposedException>(() => database.TryFind(IPAddress.Loopback, out _));
    }

    private static Dictionary<string, object> Named(string name) => new() { ["geoname_id"] = 1u, ["names"] = new Dictionary<string, object> { ["de"] = "?", ["en"] = name } };

    private static GeoDatabase With(string network, object record) => TemporaryDatabase.Open(new MmdbWriter(24, 4).Add(network, record).ToArray());

    private static GeoPlace Place(GeoDatabase database, string address)
    {
        Assert.True(database.TryFind(IPAddress.Parse(address), out var place), address);
        return place;
    }
}
