using System.Numerics;

namespace Saker.Detections.Sieving;

/// <summary>Some of a number of lines.</summary>
internal sealed class LineMarks(int lines)
{
    private readonly ulong[] bits = new ulong[(lines + 63) / 64];

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in bits)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>What the lines take together of <paramref name="each"/>: of their bytes, say.</summary>
    public long Sum(int[] each)
    {
        var sum = 0L;
        for (var i = 0; i < bits.Length; i++)
        {
            for (var rest = bits[i]; rest != 0; rest &= rest - 1)
            {
                sum += each[(i * 64) + BitOperations.TrailingZeroCount(rest)];
            }
        }

        return sum;
    }

    public static LineMarks All(int lines)
    {
        var all = new LineMarks(lines);
        for (var i = 0; i < lines; i++)
        {
            all.Set(i);
        }

        return all;
    }

    public static LineMarks Any(IEnumerable<LineMarks> marks, int lines)
    {
        var any = new LineMarks(lines);
        foreach (var one in marks)
        {
            any.Add(one);
        }

        return any;
    }

    public static LineMarks And(LineMarks left, LineMarks right)
    {
        var both = new LineMarks(left.bits.Length * 64);
        for (var i = 0; i < both.bits.Length; i++)
        {
            both.bits[i] = left.bits[i] & right.bits[i];
        }

        return both;
    }

    public void Set(int line) => bits[line / 64] |= 1UL << line;

    public void Add(LineMarks more)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] |= more.bits[i];
        }
    }
}
