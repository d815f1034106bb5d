using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Saker.Server.Auth;

/// <summary>All tokens that are known now. Replaced as a whole when one is created or revoked, or the configuration changes.</summary>
internal sealed class TokenSet
{
    private FrozenDictionary<long, TokenEntry[]> byPrefix = FrozenDictionary<long, TokenEntry[]>.Empty;

    public TokenSet(params IEnumerable<TokenEntry> entries) => Replace(entries);

    public IReadOnlyList<TokenEntry> Entries { get; private set; } = [];

    public void Replace(IEnumerable<TokenEntry> entries)
    {
        Entries = [.. entries];
        Volatile.Write(ref byPrefix, Entries.GroupBy(e => Prefix(e.Hash.Span)).ToFrozenDictionary(g => g.Key, g => g.ToArray()));
    }

    /// <summary>
    /// The entry of a token, or null. What is looked up and compared is its hash, of which a sender cannot choose a part, and the comparison takes the same time whatever differs.
    /// </summary>
    public TokenEntry? Find(string token)
    {
        var hash = TokenHash.Of(token);
        foreach (var entry in Volatile.Read(ref byPrefix).GetValueOrDefault(Prefix(hash), []))
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Hash.Span, hash))
            {
                return entry;
            }
        }

        return null;
    }

    private static long Prefix(ReadOnlySpan<byte> hash) => System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(hash);
}
