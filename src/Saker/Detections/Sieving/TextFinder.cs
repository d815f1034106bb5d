using System.Text;

namespace Saker.Detections.Sieving;

/// <summary>
/// Seeks hundreds of texts at once in lines of a sample, letters in either case. Each is compared only where three of its bytes stand: those by which fewest others are sought.
/// The texts must be ASCII, of three bytes or more.
/// </summary>
internal sealed class TextFinder
{
    private const int WindowBytes = 3;
    private readonly Sought?[] byWindow = new Sought?[1 << 14];

    /// <summary>Adds a text; the lines that have it are marked.</summary>
    public void Add(string text, LineMarks marks)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var (window, fewest) = (0, int.MaxValue);
        for (var i = 0; i + WindowBytes <= bytes.Length; i++)
        {
            var others = byWindow[Slot(bytes.AsSpan(i))]?.Length ?? 0;
            (window, fewest) = others < fewest ? (i, others) : (window, fewest);
        }

        ref var first = ref byWindow[Slot(bytes.AsSpan(window))];
        first = new Sought(bytes, window, marks, first);
    }

    public void FindIn(ReadOnlySpan<byte> line, int number)
    {
        for (var at = 0; at + WindowBytes <= line.Length; at++)
        {
            for (var sought = byWindow[Slot(line[at..])]; sought is not null; sought = sought.Next)
            {
                if (sought.IsAt(line, at))
                {
                    sought.Marks.Set(number);
                }
            }
        }
    }

    private static int Slot(ReadOnlySpan<byte> window) => (int)(((uint)(window[0] | (window[1] << 8) | (window[2] << 16) | 0x202020) * 0x9E3779B1) >> 18);

    /// <summary>A text, where its window stands in it, and the next one with such a window.</summary>
    private sealed class Sought(byte[] text, int window, LineMarks marks, Sought? next)
    {
        public LineMarks Marks => marks;

        public Sought? Next => next;

        /// <summary>Of the chain that begins here.</summary>
        public int Length { get; } = 1 + (next?.Length ?? 0);

        public bool IsAt(ReadOnlySpan<byte> line, int at)
        {
            var begin = at - window;
            return begin >= 0 && begin + text.Length <= line.Length && Ascii.EqualsIgnoreCase(line.Slice(begin, text.Length), text);
        }
    }
}
