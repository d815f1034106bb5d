using System.Text;

namespace Saker.Generate;

/// <summary>Text on its way to a file.</summary>
internal sealed class Utf8Buffer
{
    private byte[] bytes = new byte[1 << 20];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => this.bytes.AsSpan(0, Length);

    public Utf8Buffer Add(string text)
    {
        Reserve(text.Length * 3);
        Length += Encoding.UTF8.GetBytes(text, this.bytes.AsSpan(Length));
        return this;
    }

    public Utf8Buffer Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(this.bytes.AsSpan(Length));
        Length += bytes.Length;
        return this;
    }

    /// <summary>Adds a JSON string, escaped as Go does.</summary>
    public Utf8Buffer AddQuoted(string text) => GoJson.IsPlain(text) ? Add("\""u8).Add(text).Add("\""u8) : Add(GoJson.Quote(text));

    public void Clear() => Length = 0;

    private void Reserve(int size)
    {
        if (this.bytes.Length - Length < size)
        {
            Array.Resize(ref this.bytes, Math.Max(this.bytes.Length * 2, Length + size));
        }
    }
}
