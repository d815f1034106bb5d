using System.Buffers.Binary;
using System.Text;

namespace Saker.Geo;

/// <summary>
/// A data section (or the metadata) of a MaxMind DB: reads values where they stand. Offsets count from the section's start, as pointers do.
/// Nothing here recurses or follows more than one pointer in a row, so hostile bytes cost at most one walk over the section.
/// </summary>
internal readonly ref struct MmdbSection(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Reads the control bytes at an offset; a pointer is not followed.</summary>
    public MmdbControl ControlAt(int offset)
    {
        var control = Take(offset, 1)[0];
        offset++;
        var type = control >> 5;
        if (type == (int)MmdbType.Pointer)
        {
            return PointerAt(control, offset);
        }

        if (type == 0)
        {
            type = 7 + Take(offset, 1)[0];
            offset++;
            if (type is < 8 or > 15)
            {
                throw new MmdbFormatException($"corrupt: unknown data type {type}");
            }
        }

        var size = control & 0x1f;
        switch (size)
        {
            case 29:
                size = 29 + Take(offset, 1)[0];
                offset += 1;
                break;
            case 30:
                size = 285 + BinaryPrimitives.ReadUInt16BigEndian(Take(offset, 2));
                offset += 2;
                break;
            case 31:
                size = 65_821 + BigEndian24(Take(offset, 3));
                offset += 3;
                break;
        }

        return new MmdbControl((MmdbType)type, size, offset);
    }

    /// <summary>Reads the value at an offset, following the pointer that may stand there.</summary>
    public MmdbControl ValueAt(int offset)
    {
        var control = ControlAt(offset);
        if (control.Type == MmdbType.Pointer)
        {
            control = ControlAt(control.Size);
            if (control.Type == MmdbType.Pointer)
            {
                throw new MmdbFormatException("corrupt: a pointer points to a pointer");
            }
        }

        return control;
    }

    /// <summary>The offset just after the value at an offset. Counts instead of recursing; pointers are stepped over.</summary>
    public int Skip(int offset)
    {
        for (var owed = 1L; owed > 0; owed--)
        {
            var control = ControlAt(offset);
            offset = control.Payload;
            switch (control.Type)
            {
                case MmdbType.Map:
                    owed += 2L * control.Size;
                    break;
                case MmdbType.Array:
                    owed += control.Size;
                    break;
                case MmdbType.Pointer or MmdbType.Boolean or MmdbType.EndMarker:
                    break;
                default:
                    Take(offset, control.Size);
                    offset += control.Size;
                    break;
            }
        }

        return offset;
    }

    /// <summary>Looks a key up in a map; false if the value is no map or has no such key.</summary>
    public bool TryFind(MmdbControl map, ReadOnlySpan<byte> key, out MmdbControl value)
    {
        value = default;
        if (map.Type != MmdbType.Map)
        {
            return false;
        }

        var offset = map.Payload;
        for (var i = 0; i < map.Size; i++)
        {
            var name = ValueAt(offset);
            if (name.Type != MmdbType.Text)
            {
                throw new MmdbFormatException("corrupt: a map key is not text");
            }

            offset = Skip(offset);
            if (Take(name.Payload, name.Size).SequenceEqual(key))
            {
                value = ValueAt(offset);
                return true;
            }

            offset = Skip(offset);
        }

        return false;
    }

    /// <summary>The first entry of an array; false if the value is no array or is empty.</summary>
    public bool TryFirst(MmdbControl array, out MmdbControl value)
    {
        var found = array.Type == MmdbType.Array && array.Size > 0;
        value = found ? ValueAt(array.Payload) : default;
        return found;
    }

    public string Text(MmdbControl value) => Encoding.UTF8.GetString(Take(value.Payload, value.Size));

    public ReadOnlySpan<byte> Bytes(MmdbControl value) => Take(value.Payload, value.Size);

    public double Double(MmdbControl value) => BinaryPrimitives.ReadDoubleBigEndian(Exactly(value, 8));

    public float Float(MmdbControl value) => BinaryPrimitives.ReadSingleBigEndian(Exactly(value, 4));

    public int Int32(MmdbControl value) => (int)(uint)Unsigned(value, 4);

    /// <summary>An unsigned number of at most <paramref name="width"/> bytes; leading zero bytes may be left out.</summary>
    public UInt128 Unsigned(MmdbControl value, int width)
    {
        if (value.Size > width)
        {
            throw new MmdbFormatException($"corrupt: a {value.Type} of {value.Size} bytes");
        }

        UInt128 number = 0;
        foreach (var digit in Take(value.Payload, value.Size))
        {
            number = (number << 8) | digit;
        }

        return number;
    }

    private MmdbControl PointerAt(byte control, int offset)
    {
        var high = control & 7;
        var width = ((control >> 3) & 3) + 1;
        var rest = Take(offset, width);
        var target = width switch
        {
            1 => (high << 8) | rest[0],
            2 => 2_048L + ((high << 16) | BinaryPrimitives.ReadUInt16BigEndian(rest)),
            3 => 526_336L + ((high << 24) | BigEndian24(rest)),
            _ => BinaryPrimitives.ReadUInt32BigEndian(rest),
        };
        if (target >= this.bytes.Length)
        {
            throw new MmdbFormatException($"corrupt: a pointer to {target}, past the data's end at {this.bytes.Length}");
        }

        return new MmdbControl(MmdbType.Pointer, (int)target, offset + width);
    }

    private ReadOnlySpan<byte> Exactly(MmdbControl value, int size) =>
        value.Size == size ? Take(value.Payload, size) : throw new MmdbFormatException($"corrupt: a {value.Type} of {value.Size} bytes");

    private ReadOnlySpan<byte> Take(int offset, int size) =>
        (uint)offset <= (uint)this.bytes.Length && size <= this.bytes.Length - offset
            ? this.bytes.Slice(offset, size)
            : throw new MmdbFormatException("truncated: a value runs past the data's end");

    private static int BigEndian24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
