using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Execution;

/// <summary>
/// Writes the values of a key as bytes, each after its length and kind, so that no two keys share their bytes: to look a key up without making text of it. The same
/// text has other bytes where one value holds it as an event's UTF-8 and the other as a string, which may hold what UTF-8 cannot.
/// </summary>
internal sealed class KeyWriter
{
    private const int HeaderBytes = sizeof(int) + 1;
    private const byte Utf8Mark = 0x80;

    private byte[] key = new byte[256];

    /// <summary>The bytes of a key; valid until the next.</summary>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<Value> values)
    {
        var length = 0;
        foreach (ref readonly var value in values)
        {
            length = value.IsUtf8
                ? Append(length, (byte)((byte)value.Kind | Utf8Mark), value.Utf8)
                : Append(length, (byte)value.Kind, MemoryMarshal.AsBytes(value.Text.AsSpan()));
        }

        return key.AsSpan(0, length);
    }

    /// <summary>Whether a key that was written is that of these values; only told where all are an event's UTF-8, else false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsOf(ReadOnlySpan<Value> values, ReadOnlySpan<byte> written)
    {
        foreach (ref readonly var value in values)
        {
            if (!value.IsUtf8 || written.Length < HeaderBytes || written[sizeof(int)] != ((byte)value.Kind | Utf8Mark))
            {
                return false;
            }

            var text = value.Utf8;
            if (BinaryPrimitives.ReadInt32LittleEndian(written) != text.Length || !written[HeaderBytes..].StartsWith(text))
            {
                return false;
            }

            written = written[(HeaderBytes + text.Length)..];
        }

        return written.IsEmpty;
    }

    private int Append(int length, byte kind, ReadOnlySpan<byte> text)
    {
        var end = length + HeaderBytes + text.Length;
        if (end > key.Length)
        {
            Array.Resize(ref key, Math.Max(2 * key.Length, end));
        }

        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(length), text.Length);
        key[length + sizeof(int)] = kind;
        text.CopyTo(key.AsSpan(length + HeaderBytes));
        return end;
    }
}
