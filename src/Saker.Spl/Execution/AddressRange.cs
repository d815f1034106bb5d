using System.Net;

namespace Saker.Spl.Execution;

/// <summary>The addresses that begin alike: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>.</summary>
internal sealed class AddressRange
{
    private readonly IPNetwork network;

    private AddressRange(IPNetwork network) => this.network = network;

    /// <summary>The range that a text names, also with bits past the prefix; an address alone is itself. Null if it names none.</summary>
    public static AddressRange? Parse(string text)
    {
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        var bits = bytes.Length * 8;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), out bits) || bits < 0 || bits > bytes.Length * 8))
        {
            return null;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new AddressRange(new IPNetwork(new IPAddress(bytes), bits));
    }

    /// <summary>Whether a text of a search means a range and not itself: four numbers, or a colon, and a prefix.</summary>
    public static bool IsWritten(string text) =>
        text.Contains('/') && (text.Contains(':') || text.Count(c => c == '.') == 3) && char.IsAsciiDigit(text[^1]) && Parse(text) is not null;

    /// <summary>Whether a text is an address of the range.</summary>
    public bool Contains(string text) => text.Length is > 1 and < 64 && IPAddress.TryParse(text, out var address) && network.Contains(address);
}
