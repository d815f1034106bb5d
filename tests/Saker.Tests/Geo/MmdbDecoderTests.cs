using Saker.Geo;
using Xunit;

namespace Saker.Tests.Geo;

public class MmdbDecoderTests
{
    public static TheoryData<object> Values => new()
    {
        "", "text", "日本", new string('x', 28), new string('x', 29), new string('x', 284), new string('x', 285), new string('x', 65_820), new string('x', 65_821),
        1.5, -0.0, 2.25f, true, false, 0, -1, int.MinValue, int.MaxValue, (ushort)0, ushort.MaxValue, uint.MaxValue, ulong.MaxValue, UInt128.MaxValue, (UInt128)1 << 100,
        new byte[] { 1, 2, 3 }, Array.Empty<byte>(), new List<object>(), new List<object> { "a", 1u, new List<object> { true } },
        new Dictionary<string, object> { ["a"] = new Dictionary<string, object>(), ["b"] = "a" },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Reads_back_what_was_written(object value) => Assert.Equal(value, Decode(new MmdbBytes().Write(value)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4)]
    [InlineData(2047, 1)]
    [InlineData(2048, 2)]
    [InlineData(5000, 4)]
    [InlineData(526_335, 2)]
    [InlineData(526_336, 3)]
    [InlineData(600_000, 4)]
    public void Follows_pointers_of_every_width(int target, int width)
    {
        var bytes = new MmdbBytes().Write(new MmdbBytes.Raw(new byte[target])).Write("there");
        var at = bytes.Add(new MmdbBytes.Pointer(target, width));
        Assert.Equal("there", MmdbDecoder.Decode(new MmdbSection(bytes.Written), at));
    }

    [Fact]
    public void Steps_over_what_it_does_not_want()
    {
        var bytes = new MmdbBytes().Write(new Dictionary<string, object>
        {
            ["skipped"] = new List<object> { "x", new Dictionary<string, object> { ["y"] = 1.0 }, true, new MmdbBytes.Pointer(0), (UInt128)9 },
            ["wanted"] = "here",
        }).Written;
        var section = new MmdbSection(bytes);
        Assert.True(section.TryFind(section.ControlAt(0), "wanted"u8, out var value));
        Assert.Equal("here", section.Text(value));
        Assert.Equal(bytes.Length, section.Skip(0));
    }

    [Theory]
    [InlineData("a pointer to itself", new byte[] { 0x20, 0x00 }, "corrupt: a pointer points to a pointer")]
    [InlineData("a pointer out of the section", new byte[] { 0x20, 0x09 }, "corrupt: a pointer to 9, past the data's end at 2")]
    [InlineData("half a pointer", new byte[] { 0x38, 0x00 }, "truncated: a value runs past the data's end")]
    [InlineData("a map that holds itself", new byte[] { 0xe1, 0x41, 0x61, 0x20, 0x00 }, "corrupt: a value of more than 64 levels or 100000 parts")]
    [InlineData("an array that holds itself twice", new byte[] { 0x02, 0x04, 0x20, 0x00, 0x20, 0x00 }, "corrupt: a value of more than 64 levels or 100000 parts")]
    [InlineData("a map whose key is a number", new byte[] { 0xe1, 0xc1, 0x01, 0xc1, 0x01 }, "corrupt: a map key is not text")]
    [InlineData("a text longer than the section", new byte[] { 0x45, 0x61 }, "truncated: a value runs past the data's end")]
    [InlineData("a double of 4 bytes", new byte[] { 0x64, 0, 0, 0, 0 }, "corrupt: a Double of 4 bytes")]
    [InlineData("a uint16 of 3 bytes", new byte[] { 0xa3, 0, 0, 0 }, "corrupt: a UInt16 of 3 bytes")]
    [InlineData("an end marker", new byte[] { 0x00, 0x06 }, "corrupt: a EndMarker where a value should be")]
    [InlineData("an unknown type", new byte[] { 0x00, 0x63 }, "corrupt: unknown data type 106")]
    [InlineData("nothing", new byte[0], "truncated: a value runs past the data's end")]
    public void Refuses(string what, byte[] bytes, string message) =>
        Assert.Equal((what, message), (what, Assert.Throws<MmdbFormatException>(() => MmdbDecoder.Decode(new MmdbSection(bytes), 0)).Message));

    private static object Decode(MmdbBytes bytes) => MmdbDecoder.Decode(new MmdbSection(bytes.Written), 0);
}
