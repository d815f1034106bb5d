using System.Net;
using Saker.Geo;
using Xunit;

namespace Saker.Tests.Geo;

public class CorruptDatabaseTests
{
    private static readonly Dictionary<string, object> Record = new()
    {
        ["city"] = new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["en"] = "Anywhere" } },
        ["location"] = new Dictionary<string, object> { ["latitude"] = 1.5, ["longitude"] = 2.5 },
        ["subdivisions"] = new List<object> { new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["en"] = "Somewhere" } } },
    };

    private static MmdbWriter Sound(int recordSize = 28, int ipVersion = 6) => new MmdbWriter(recordSize, ipVersion).Add("192.0.2.0/24", Record).Add("198.51.100.0/24", Record);

    [Fact]
    public void Tells_what_is_wrong_with_the_file_and_which()
    {
        Refused([], "not a MaxMind-format database, or truncated: its metadata is not at its end");
        Refused("city,country\n"u8.ToArray(), "not a MaxMind-format database, or truncated: its metadata is not at its end");
        Refused(Sound().ToArray()[..200], "not a MaxMind-format database, or truncated: its metadata is not at its end");
        Refused(Sound().ToArray()[..^9], "truncated: a value runs past the data's end");
        Refused(Sound().Metadata("binary_format_major_version", (ushort)3).ToArray(), "unsupported: format version 3, only version 2 is read");
        Refused(Sound().Metadata("record_size", (ushort)20).ToArray(), "unsupported: record size 20, must be 24, 28 or 32");
        Refused(Sound().Metadata("ip_version", (ushort)5).ToArray(), "unsupported: IP version 5, must be 4 or 6");
        Refused(Sound().Metadata("record_size", "28").ToArray(), "corrupt: its metadata says record_size is a String");
        Refused(Sound().Metadata("node_count", 1_000_000u).ToArray(), "truncated: its search tree should have 1000000 nodes of 7 bytes, the data ends at ", prefix: true);
        Refused(Sound().Metadata("node_count", ulong.MaxValue).ToArray(), "truncated: its search tree should have 18446744073709551615 nodes", prefix: true);
        Refused([.. new byte[64], 0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8, 0xe0], "corrupt: its metadata lacks binary_format_major_version");
    }

    [Fact]
    public void Tells_that_there_is_no_file()
    {
        var e = Assert.Throws<GeoDatabaseException>(() => GeoDatabase.Open("nowhere.mmdb"));
        Assert.Equal("nowhere.mmdb: no such file", e.Message);
    }

    [Fact]
    public void Bounds_a_tree_that_loops()
    {
        // One node, whose records are itself.
        var bytes = new MmdbWriter(24, 4).Add("128.0.0.0/1", "x").ToArray();
        Array.Clear(bytes, 0, 6);
        using var database = TemporaryDatabase.Open(bytes);
        var e = Assert.Throws<GeoDatabaseException>(() => database.TryFind(IPAddress.Loopback, out _));
        Assert.EndsWith(".mmdb: corrupt: its search tree is deeper than an address is long", e.Message);
    }

    [Fact]
    public void Refuses_a_record_between_tree_and_data_and_one_past_the_data()
    {
        var bytes = new MmdbWriter(24, 4).Add("128.0.0.0/1", "x").ToArray();
        (bytes[2], bytes[5]) = (5, 250);
        using var database = TemporaryDatabase.Open(bytes);
        Assert.Contains("between tree and data", Assert.Throws<GeoDatabaseException>(() => database.TryFind(IPAddress.Loopback, out _)).Message);
        Assert.Contains("past the data's end", Assert.Throws<GeoDatabaseException>(() => database.TryFind(IPAddress.Parse("192.0.2.1"), out _)).Message);
    }

    [Theory]
    [InlineData(24, 4)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    public void Survives_any_bytes(int recordSize, int ipVersion)
    {
        var sound = Sound(recordSize, ipVersion).ToArray();
        var random = new Random(7);
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Ask(round % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes, random);
        }
    }

    private static void Ask(byte[] bytes, Random random)
    {
        try
        {
            using var database = TemporaryDatabase.Open(bytes);
            var address = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(address);
            foreach (var asked in new[] { IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"), new IPAddress(address) })
            {
                database.TryFind(asked, out _);
            }
        }
        catch (GeoDatabaseException)
        {
            // The documented answer to bytes that are no database.
        }
    }

    private static void Refused(byte[] bytes, string problem, bool prefix = false)
    {
        var e = Assert.Throws<GeoDatabaseException>(() => TemporaryDatabase.Open(bytes));
        Assert.StartsWith($"{e.Path}: {problem}", e.Message);
        Assert.True(prefix || e.Problem == problem, e.Problem);
    }
}
