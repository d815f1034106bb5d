using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Saker.Tests.Geo;

/// <summary>Writes values of the MaxMind DB format one after another; text that was written before becomes a pointer to it.</summary>
internal sealed class MmdbBytes
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _texts = [];

    public byte[] Written => [.. _bytes];

    public int Add(object value)
    {
        var at = _bytes.Count;
        Write(value);
        return at;
    }

    public MmdbBytes Write(object value)
    {
        switch (value)
        {
            case Pointer pointer:
                WritePointer(pointer.Target, pointer.Width);
                break;
            case Raw raw:
                _bytes.AddRange(raw.Bytes);
                break;
            case string text when _texts.TryGetValue(text, out var before):
                WritePointer(before, 0);
                break;
            case string text:
                _texts[text] = _bytes.Count;
                WriteSized(2, Encoding.UTF8.GetBytes(text));
                break;
            case double number:
                WriteSized(3, Big(8, span => BinaryPrimitives.WriteDoubleBigEndian(span, number)));
                break;
            case float number:
                WriteSized(15, Big(4, span => BinaryPrimitives.WriteSingleBigEndian(span, number)));
                break;
            case byte[] bytes:
                WriteSized(4, bytes);
                break;
            case bool flag:
                Control(14, flag ? 1 : 0);
                break;
            case int number:
                WriteSized(8, Big(4, span => BinaryPrimitives.WriteInt32BigEndian(span, number)));
                break;
            case ushort or uint or ulong or UInt128:
                WriteSized(value switch { ushort => 5, uint => 6, ulong => 9, _ => 10 }, Shortest(value));
                break;
            case IDictionary<string, object> map:
                Control(7, map.Count);
                foreach (var (key, entry) in map)
                {
                    Write(key).Write(entry);
                }

                break;
            case IList list:
                Control(11, list.Count);
                foreach (var entry in list)
                {
                    Write(entry!);
                }

                break;
            default:
                throw new ArgumentException($"cannot write a {value.GetType()}");
        }

        return this;
    }

    /// <summary>A pointer in the narrowest form that holds it, or in at least the given one (bytes after the control byte).</summary>
    private void WritePointer(int target, int width)
    {
        if (width <= 1 && target < 2048)
        {
            _bytes.AddRange((byte)(0x20 | (target >> 8)), (byte)target);
        }
        else if (width <= 2 && target >= 2048 && target < 526_336)
        {
            var rest = target - 2048;
            _bytes.AddRange((byte)(0x28 | (rest >> 16)), (byte)(rest >> 8), (byte)rest);
        }
        else if (width <= 3 && target >= 526_336)
        {
            var rest = target - 526_336;
            _bytes.AddRange((byte)(0x30 | (rest >> 24)), (byte)(rest >> 16), (byte)(rest >> 8), (byte)rest);
        }
        else
        {
            _bytes.AddRange((byte)0x38, (byte)(target >> 24), (byte)(target >> 16), (byte)(target >> 8), (byte)target);
        }
    }

    private void WriteSized(int type, byte[] payload)
    {
        Control(type, payload.Length);
        _bytes.AddRange(payload);
    }

    private void Control(int type, int size)
    {
        var (low, rest) = size switch
        {
            < 29 => (size, Array.Empty<byte>()),
            < 285 => (29, [(byte)(size - 29)]),
            < 65_821 => (30, [(byte)((size - 285) >> 8), (byte)(size - 285)]),
            _ => (31, new[] { (byte)((size - 65_821) >> 16), (byte)((size - 65_821) >> 8), (byte)(size - 65_821) }),
        };
        _bytes.Add((byte)((type > 7 ? 0 : type << 5) | low));
        if (type > 7)
        {
            _bytes.Add((byte)(type - 7));
        }

        _bytes.AddRange(rest);
    }

    private static byte[] Shortest(object value)
    {
        var number = value switch { ushort n => n, uint n => n, ulong n => n, _ => (UInt128)value };
        return Big(16, span => BinaryPrimitives.WriteUInt128BigEndian(span, number)).SkipWhile(b => b == 0).ToArray();
    }

    private static byte[] Big(int size, Action<byte[]> write)
    {
        var bytes = new byte[size];
        write(bytes);
        return bytes;
    }

    /// <summary>A pointer, whatever stands there.</summary>
    internal sealed record Pointer(int Target, int Width = 0);

    /// <summary>Bytes as they are.</summary>
    internal sealed record Raw(byte[] Bytes);
}
