using Saker.Events;

namespace Saker.Ingest;

/// <summary>The head of a line that a container runtime wrote: <c>2024-01-01T00:00:00.0Z stdout F </c>.</summary>
internal readonly record struct RuntimeLine(long Time, bool IsError, bool IsPartial, int Length)
{
    public static bool TryRead(ReadOnlySpan<byte> line, out RuntimeLine head)
    {
        head = default;
        if (line.Length < 30 || !char.IsAsciiDigit((char)line[0]) || !Timestamp.TryRead(line, out var time, out var length))
        {
            return false;
        }

        var rest = line[length..];
        var isError = rest.StartsWith(" stderr "u8);
        if (!(isError || rest.StartsWith(" stdout "u8)) || rest.Length < 9 || rest[8] is not ((byte)'P' or (byte)'F'))
        {
            return false;
        }

        // Tags may follow after a colon ("P:tag"); an empty line has no space after its F.
        var space = rest[8..].IndexOf((byte)' ');
        head = new RuntimeLine(time, isError, rest[8] == 'P', space < 0 ? line.Length : length + 8 + space + 1);
        return true;
    }
}
