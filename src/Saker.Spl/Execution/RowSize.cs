namespace Saker.Spl.Execution;

/// <summary>About how many bytes a kept row takes.</summary>
internal static class RowSize
{
    public static int Of(Row row)
    {
        var size = 64 + (24 * row.Width);
        for (var slot = 0; slot < row.Width; slot++)
        {
            if (!row[slot].IsNull)
            {
                size += ValueCodec.Size(row[slot]) - 24;
            }
        }

        return size;
    }
}
