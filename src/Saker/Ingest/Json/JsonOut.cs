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
    private readonly ArrayBufferWriter<byte> _out = new(512);
    private bool _comma;

    public bool IsEmpty => _out.WrittenCount == 0;

    /// <summary>What was written; valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _out.WrittenMemory;

    public void Clear()
    {
        _out.ResetWrittenCount();
        _comma = false;
    }

    public JsonOut Open(byte bracket = (byte)'{')
    {
        Separate();
        Byte(bracket);
        _comma = false;
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
        _comma = true;
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
        _out.Write(json);
        _comma = true;
    }

    /// <summary>A member as it stands in other JSON text; its name escaped as written there.</summary>
    public void Copy(JsonMember member)
    {
        Separate();
        Byte((byte)'"');
        _out.Write(member.Name);
        _out.Write("\":"u8);
        _out.Write(member.Value.Span);
        _comma = true;
    }

    public void AddText(ReadOnlySpan<byte> text)
    {
        Separate();
        Quoted(text);
        _comma = true;
    }

    public void AddText(string text) => AddText(Encoding.UTF8.GetBytes(text));

    public void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        Quoted(name);
        Byte((byte)':');
        _comma = false;
    }

    private void Separate()
    {
        if (_comma)
        {
            Byte((byte)',');
        }
    }

    private void Byte(byte value)
    {
        _out.GetSpan(1)[0] = value;
        _out.Advance(1);
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

            _out.Write(text[..step]);
            Escape(text[step]);
            text = text[(step + 1)..];
        }

        _out.Write(text);
        Byte((byte)'"');
    }

    private void Escape(byte c)
    {
        switch (c)
        {
            case (byte)'"': _out.Write("\\\""u8); break;
            case (byte)'\\': _out.Write("\\\\"u8); break;
            case (byte)'\n': _out.Write("\\n"u8); break;
            case (byte)'\t': _out.Write("\\t"u8); break;
            case (byte)'\r': _out.Write("\\r"u8); break;
            default: _out.Write(Encoding.ASCII.GetBytes($"\\u{c:x4}")); break;
        }
    }
}
