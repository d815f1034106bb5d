using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Saker.Ingest;

/// <summary>
/// Writes JSON as UTF-8 into a buffer that is used again. Unlike Utf8JsonWriter it copies text that is already escaped, leaves non-ASCII as it
/// is, and mends invalid UTF-8 instead of throwing.
/// </summary>
internal sealed class JsonOut
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);
    private readonly ArrayBufferWriter<byte> buffer = new(512);
    private bool comma;

    public bool IsEmpty => buffer.WrittenCount == 0;

    /// <summary>What was written; valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    public void Clear()
    {
        buffer.ResetWrittenCount();
        comma = false;
    }

    public JsonOut Open(byte bracket = (byte)'{')
    {
        Separate();
        Byte(bracket);
        comma = false;
        return this;
    }

    public JsonOut Open(ReadOnlySpan<byte> name, byte bracket = (byte)'{')
    {
        Name(name);
        return Open(bracket);
    }

    public void Close(byte bracket = (byte)'}')
    {
        Byte(bracket);
        comma = true;
    }

    /// <summary>A member with a text value; neither is escaped yet.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        Name(name);
        AddText(text);
    }

    public void Add(ReadOnlySpan<byte> name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    public void Add(string name, string text) => Add(Encoding.UTF8.GetBytes(name), text);

    /// <summary>A member whose value is JSON text already.</summary>
    public void AddJson(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        Name(name);
        AddJson(json);
    }

    public void AddJson(ReadOnlySpan<byte> json)
    {
        Separate();
        buffer.Write(json);
        comma = true;
    }

    /// <summary>A member as it stands in other JSON text; its name escaped as written there.</summary>
    public void Copy(JsonMember member)
    {
        Separate();
        Byte((byte)'"');
        buffer.Write(member.Name);
        buffer.Write("\":"u8);
        buffer.Write(member.Value.Span);
        comma = true;
    }

    public void AddText(ReadOnlySpan<byte> text)
    {
        Separate();
        Quoted(text);
        comma = true;
    }

    public void AddText(string text) => AddText(Encoding.UTF8.GetBytes(text));

    public void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        Quoted(name);
        Byte((byte)':');
        comma = false;
    }

    private void Separate()
    {
        if (comma)
        {
            Byte((byte)',');
        }
    }

    private void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    private void Quoted(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        }

        Byte((byte)'"');
        while (true)
        {
            var step = text.IndexOfAny(Escaped);
            if (step < 0)
            {
                break;
            }

            buffer.Write(text[..step]);
            Escape(text[step]);
            text = text[(step + 1)..];
        }

        buffer.Write(text);
        Byte((byte)'"');
    }

    private void Escape(byte c)
    {
        switch (c)
        {
            case (byte)'"': buffer.Write("\\\""u8); break;
            case (byte)'\\': buffer.Write("\\\\"u8); break;
            case (byte)'\n': buffer.Write("\\n"u8); break;
            case (byte)'\t': buffer.Write("\\t"u8); break;
            case (byte)'\r': buffer.Write("\\r"u8); break;
            default: buffer.Write(Encoding.ASCII.GetBytes($"\\u{c:x4}")); break;
        }
    }
}
