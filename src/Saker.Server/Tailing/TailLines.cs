using Saker.Ingest;
using Saker.Spl.Scanning;

namespace Saker.Server.Tailing;

/// <summary>
/// Cuts what was read of a file into records: a line, or the lines into which a container runtime split one (<c>… stdout P …</c> up to its <c>F</c>). Where a record
/// ends depends on the file alone, not on how much of it was read at once.
/// </summary>
internal static class TailLines
{
    /// <summary>Finds the records that are whole.</summary>
    /// <param name="text">What was read.</param>
    /// <param name="isEnd">Whether nothing will follow: then what is unfinished is a record too.</param>
    /// <param name="records">Where they stand.</param>
    /// <returns>How many bytes they take, with their line ends.</returns>
    public static int Cut(ReadOnlySpan<byte> text, bool isEnd, List<Range> records)
    {
        var start = 0;
        var at = 0;
        var open = OpenStreams.None;
        var isRun = false;
        while (at < text.Length)
        {
            var distance = text[at..].IndexOf((byte)'\n');
            if (distance < 0 && !isEnd)
            {
                break;
            }

            var end = distance < 0 ? text.Length : at + distance;
            var line = text[at..end];
            var next = LineRuns.After(line, open);
            if (isRun && next is null)
            {
                // Another kind of line stands in a run: what was open stays as it is.
                Add(text, start, at, records);
                start = at;
                next = LineRuns.After(line, OpenStreams.None);
            }

            open = next ?? OpenStreams.None;
            isRun = open != OpenStreams.None;
            at = distance < 0 ? end : end + 1;
            if (!isRun)
            {
                Add(text, start, end, records);
                start = at;
            }
        }

        if (isEnd && start < text.Length)
        {
            Add(text, start, text.Length, records);
            start = text.Length;
        }

        return start;
    }

    /// <summary>Whether a last line without an end is a JSON document that goes on.</summary>
    public static bool IsUnfinishedDocument(ReadOnlySpan<byte> line)
    {
        var trimmed = line.TrimStart(" \t\0"u8);
        return !trimmed.IsEmpty && trimmed[0] == '{' && JsonSkip.Container(trimmed, 0) <= 0;
    }

    private static void Add(ReadOnlySpan<byte> text, int start, int end, List<Range> records)
    {
        if (!text[start..end].Trim(" \t\r\n\0"u8).IsEmpty)
        {
            records.Add(start..end);
        }
    }
}
