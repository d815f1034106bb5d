using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Saker.Ingest;

/// <summary>
/// Takes secret values and live tokens out of event bodies before anything keeps them. Each becomes <c>masked:</c> and the first 16 hex
/// digits of its HMAC-SHA256, so that equal values can be joined. All else stays byte for byte. ConfigMaps are never touched.
/// </summary>
internal sealed class SecretMasker
{
    private const int HexDigits = 16;
    private readonly byte[] key;
    private readonly List<Cut> cuts = [];
    private readonly ArrayBufferWriter<byte> masked = new();
    private readonly ArrayBufferWriter<byte> value = new();

    /// <param name="key">Keeps masked values equal across runs; null takes a random key of this process.</param>
    public SecretMasker(byte[]? key) => this.key = key ?? ProcessKey;

    private static byte[] ProcessKey { get; } = RandomNumberGenerator.GetBytes(32);

    private static ReadOnlySpan<byte> Prefix => "masked:"u8;

    /// <summary>The text itself if it holds nothing to mask, else a masked copy that is valid until the next call.</summary>
    public ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> json)
    {
        if (!SecretHint.In(json.Span))
        {
            return json;
        }

        cuts.Clear();
        new SecretFinder(json, cuts).Find();
        return cuts.Count == 0 ? json : Rewrite(json.Span);
    }

    private ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> json)
    {
        cuts.Sort((a, b) => a.Start.CompareTo(b.Start));
        masked.ResetWrittenCount();
        var from = 0;
        foreach (var cut in cuts)
        {
            // Duplicate keys and nested finds may name the same place twice.
            if (cut.Start < from)
            {
                continue;
            }

            masked.Write(json[from..cut.Start]);
            Replace(json[cut.Start..cut.End], cut.IsPiece);
            from = cut.End;
        }

        masked.Write(json[from..]);
        return masked.WrittenMemory;
    }

    private void Replace(ReadOnlySpan<byte> value, bool isPiece)
    {
        var content = !isPiece && value[0] == '"' ? value[1..^1] : value;
        if (content.IsEmpty || IsMasked(content))
        {
            masked.Write(value);
            return;
        }

        this.value.ResetWrittenCount();
        JsonUnescape.Append(content, this.value);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(this.key, this.value.WrittenSpan, hash);
        var text = "masked:" + Convert.ToHexStringLower(hash[..(HexDigits / 2)]);
        masked.Write(Encoding.ASCII.GetBytes(isPiece ? text : $"\"{text}\""));
    }

    /// <summary>Whether a value came masked already, from us or another collector of the same form.</summary>
    private static bool IsMasked(ReadOnlySpan<byte> content) =>
        content.Length == Prefix.Length + HexDigits && content.StartsWith(Prefix) && content[Prefix.Length..].IndexOfAnyExcept(Hex) < 0;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>A value to be masked, with its quotes, or a piece inside a string.</summary>
    internal readonly record struct Cut(int Start, int End, bool IsPiece = false);
}
