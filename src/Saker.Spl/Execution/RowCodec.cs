namespace Saker.Spl.Execution;

/// <summary>Writes whole rows to temporary files and reads them back.</summary>
internal static class RowCodec
{
    public static void Write(BinaryWriter writer, Row row)
    {
        var width = row.Width;
        while (width > 0 && row[width - 1].IsNull)
        {
            width--;
        }

        writer.Write7BitEncodedInt(width);
        for (var slot = 0; slot < width; slot++)
        {
            ValueCodec.Write(writer, row[slot]);
        }

        writer.Write(row.Evidence.Total);
        writer.Write7BitEncodedInt(row.Evidence.Named.Length);
        foreach (var ordinal in row.Evidence.Named)
        {
            writer.Write7BitEncodedInt64(ordinal);
        }
    }

    public static Row Read(BinaryReader reader)
    {
        var width = reader.Read7BitEncodedInt();
        var row = new Row(Math.Max(8, width));
        for (var slot = 0; slot < width; slot++)
        {
            row[slot] = ValueCodec.Read(reader);
        }

        var total = reader.ReadInt64();
        var ordinals = new long[reader.Read7BitEncodedInt()];
        for (var i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = reader.Read7BitEncodedInt64();
        }

        row.Evidence = total == 0 ? default : new Evidence(total, ordinals);
        return row;
    }
}
