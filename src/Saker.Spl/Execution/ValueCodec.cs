namespace Saker.Spl.Execution;

/// <summary>Writes values to temporary files and reads them back.</summary>
public static class ValueCodec
{
    public static void Write(BinaryWriter writer, Value value)
    {
        writer.Write((byte)value.Kind);
        switch (value.Kind)
        {
            case ValueKind.Text when value.IsUtf8:
                writer.Write7BitEncodedInt(value.Utf8.Length);
                writer.Write(value.Utf8);
                break;
            case ValueKind.Text:
                var bytes = System.Text.Encoding.UTF8.GetBytes(value.Text);
                writer.Write7BitEncodedInt(bytes.Length);
                writer.Write(bytes);
                break;
            case ValueKind.Number:
                writer.Write(value.Number);
                break;
            case ValueKind.Boolean:
                writer.Write(value.Truth);
                break;
            case ValueKind.Multi:
                WriteAll(writer, value.Values.ToArray());
                break;
            default:
                break;
        }
    }

    public static Value Read(BinaryReader reader) => (ValueKind)reader.ReadByte() switch
    {
        ValueKind.Text => Value.Of(System.Text.Encoding.UTF8.GetString(reader.ReadBytes(reader.Read7BitEncodedInt()))),
        ValueKind.Number => Value.Of(reader.ReadDouble()),
        ValueKind.Boolean => Value.Of(reader.ReadBoolean()),
        ValueKind.Multi => Value.OfMany([.. ReadAll(reader)]),
        _ => Value.Null,
    };

    public static void WriteAll(BinaryWriter writer, IReadOnlyCollection<Value> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        foreach (var value in values)
        {
            Write(writer, value);
        }
    }

    public static IEnumerable<Value> ReadAll(BinaryReader reader)
    {
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            yield return Read(reader);
        }
    }

    /// <summary>About how many bytes of memory a value takes when it is kept.</summary>
    public static int Size(Value value) => value.Kind switch
    {
        ValueKind.Text when value.IsUtf8 => 56 + (2 * value.Utf8.Length),
        ValueKind.Text => 56 + (2 * value.Text.Length),
        ValueKind.Multi => SizeOfAll(value.Values),
        _ => 24,
    };

    private static int SizeOfAll(ReadOnlySpan<Value> values)
    {
        var size = 40;
        foreach (var value in values)
        {
            size += Size(value);
        }

        return size;
    }
}
