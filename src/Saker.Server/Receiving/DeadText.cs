using System.Text;
using Saker.Ingest;

namespace Saker.Server.Receiving;

/// <summary>
/// What is kept of an item that could not be read. Secrets are masked by their place in a sound document, which this is not: where its text hints at any, only how long it was is kept.
/// </summary>
internal static class DeadText
{
    /// <summary>More than this of a broken item helps nobody.</summary>
    private const int MostBytes = 1024 * 1024;

    public static ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> text) => SecretHint.In(text.Span)
        ? Encoding.UTF8.GetBytes($"[withheld: {text.Length:#,0} bytes that could not be read and may hold secret values]")
        : text.Length > MostBytes ? text[..MostBytes] : text;
}
