using Saker.Ingest;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>The plain audit lines in a sample of an input, and what stands in which of them.</summary>
internal sealed class SampleLines
{
    /// <summary>What a line costs, however short it is, in bytes that are walked.</summary>
    private const int BytesPerLine = 256;

    private readonly List<ArraySegment<byte>> lines = [];

    /// <param name="text">Whole lines.</param>
    public SampleLines(ReadOnlyMemory<byte> text)
    {
        var array = new byte[text.Length + LineSieve.SlackBytes];
        text.CopyTo(array);
        for (var at = 0; at < text.Length;)
        {
            var length = array.AsSpan(at).IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            var line = array.AsSpan(at, length).TrimEnd(" \t\r"u8);
            if (AuditEvent.IsPlain(line))
            {
                lines.Add(new ArraySegment<byte>(array, at, line.Length));
            }
            else
            {
                Others++;
            }

            at += length + 1;
        }

        Weights = new int[lines.Count];
        for (var line = 0; line < lines.Count; line++)
        {
            Weights[line] = lines[line].Count + BytesPerLine;
            Weight += Weights[line];
        }
    }

    public IReadOnlyList<ArraySegment<byte>> Lines => lines;

    public int Count => lines.Count;

    /// <summary>How many lines are no plain audit events.</summary>
    public int Others { get; }

    /// <summary>What walking each line costs.</summary>
    public int[] Weights { get; }

    /// <summary>What walking all of them costs.</summary>
    public long Weight { get; }

    public LineMarks All => LineMarks.All(Count);

    /// <summary>The lines that have any of these.</summary>
    public LineMarks Any(IEnumerable<LineMarks> marks) => LineMarks.Any(marks, Count);

    /// <summary>The lines that have a text, in exactly this case.</summary>
    public LineMarks With(byte[] text)
    {
        var marks = new LineMarks(Count);
        for (var line = 0; line < Count; line++)
        {
            if (lines[line].AsSpan().IndexOf(text) >= 0)
            {
                marks.Set(line);
            }
        }

        return marks;
    }

    /// <summary>For each text the lines that have it.</summary>
    public Dictionary<string, LineMarks> Find(IEnumerable<string> texts)
    {
        var marks = new Dictionary<string, LineMarks>(StringComparer.Ordinal);
        var finder = new TextFinder();
        foreach (var text in texts)
        {
            marks.Add(text, new LineMarks(Count));
            finder.Add(text, marks[text]);
        }

        for (var line = 0; line < Count; line++)
        {
            finder.FindIn(lines[line], line);
        }

        return marks;
    }

    /// <summary>At how many places some literal may stand.</summary>
    public long Places(LiteralSet literals)
    {
        var places = 0L;
        for (var i = 0; i < Count; i++)
        {
            var line = lines[i];
            for (var at = 0; at + LiteralSet.WindowBytes <= line.Count; at++)
            {
                places += literals.BucketsAt(ref line.Array![line.Offset + at]) != 0 ? 1 : 0;
            }
        }

        return places;
    }
}
