namespace Saker.Stores;

/// <summary>Finds, after a start, what of a segment holds.</summary>
internal static class SegmentWalk
{
    /// <summary>
    /// Hands on every record that holds, in order. A stretch that was once on disk and does not read any more is damage; one that never was, since
    /// the writing of it was cut short, ends the segment: nobody was told that it was kept.
    /// </summary>
    /// <param name="reader">Its limit is the file's end.</param>
    /// <param name="first">Where the first record stands.</param>
    /// <param name="durableEnd">Up to where the segment is known to have been on disk, by what was written later.</param>
    /// <param name="onRecord">Gets each record; may refuse one, which is then damage.</param>
    /// <param name="onDamage">Gets from where to where nothing can be read, and why.</param>
    /// <returns>Where what holds ends.</returns>
    public static long Run(SegmentReader reader, long first, long durableEnd, Func<SegmentRecord, string?> onRecord, Action<long, long, string> onDamage)
    {
        var position = first;
        while (position < reader.Limit)
        {
            if (reader.At(position) is { } record)
            {
                if (onRecord(record) is { } why)
                {
                    onDamage(position, record.Header.End, why);
                }

                position = record.Header.End;
                continue;
            }

            var next = reader.After(position)?.Header;
            if (position >= durableEnd && !WasOnDisk(reader, position, next))
            {
                return position;
            }

            var resume = next?.Position ?? Math.Max(durableEnd, position);
            onDamage(position, resume, "its checksum does not fit");
            position = resume;
            if (next is null)
            {
                return position;
            }
        }

        return position;
    }

    /// <summary>Whether some record behind was written after this position was on disk.</summary>
    private static bool WasOnDisk(SegmentReader reader, long position, RecordHeader? next)
    {
        while (next is { } header)
        {
            if (header.DurableBefore > position)
            {
                return true;
            }

            next = (reader.At(header.End) ?? reader.After(header.End))?.Header;
        }

        return false;
    }
}
