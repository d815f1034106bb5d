namespace Saker.Geo;

/// <summary>
/// A whole value as .NET objects: string, double, float, bool, int, ushort, uint, ulong, UInt128, byte[], Dictionary, List.
/// For the metadata and for looking into a database; lookups read single fields instead.
/// </summary>
internal static class MmdbDecoder
{
    /// <summary>Values inside one another. Databases in use nest 5 deep.</summary>
    private const int MaxDepth = 64;

    /// <summary>Values in all. Pointers that fan out could otherwise make billions of a few bytes.</summary>
    private const int MaxValues = 100_000;

    public static object Decode(MmdbSection section, int offset)
    {
        var values = 0;
        return Decode(section, section.ValueAt(offset), 0, ref values);
    }

    private static object Decode(MmdbSection section, MmdbControl value, int depth, ref int values)
    {
        if (depth > MaxDepth || ++values > MaxValues)
        {
            throw new MmdbFormatException($"corrupt: a value of more than {MaxDepth} levels or {MaxValues} parts");
        }

        return value.Type switch
        {
            MmdbType.Text => section.Text(value),
            MmdbType.Double => section.Double(value),
            MmdbType.Float => section.Float(value),
            MmdbType.Bytes => section.Bytes(value).ToArray(),
            MmdbType.Boolean => value.Size != 0,
            MmdbType.Int32 => section.Int32(value),
            MmdbType.UInt16 => (ushort)section.Unsigned(value, 2),
            MmdbType.UInt32 => (uint)section.Unsigned(value, 4),
            MmdbType.UInt64 => (ulong)section.Unsigned(value, 8),
            MmdbType.UInt128 => section.Unsigned(value, 16),
            MmdbType.Array => Array(section, value, depth, ref values),
            MmdbType.Map => Map(section, value, depth, ref values),
            _ => throw new MmdbFormatException($"corrupt: a {value.Type} where a value should be"),
        };
    }

    private static List<object> Array(MmdbSection section, MmdbControl array, int depth, ref int values)
    {
        var entries = new List<object>();
        var offset = array.Payload;
        for (var i = 0; i < array.Size; i++)
        {
            entries.Add(Decode(section, section.ValueAt(offset), depth + 1, ref values));
            offset = section.Skip(offset);
        }

        return entries;
    }

    private static Dictionary<string, object> Map(MmdbSection section, MmdbControl map, int depth, ref int values)
    {
        var entries = new Dictionary<string, object>();
        var offset = map.Payload;
        for (var i = 0; i < map.Size; i++)
        {
            var key = section.ValueAt(offset);
            if (key.Type != MmdbType.Text)
            {
                throw new MmdbFormatException("corrupt: a map key is not text");
            }

            offset = section.Skip(offset);
            entries[section.Text(key)] = Decode(section, section.ValueAt(offset), depth + 1, ref values);
            offset = section.Skip(offset);
        }

        return entries;
    }
}
