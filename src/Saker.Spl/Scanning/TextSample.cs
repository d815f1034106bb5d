namespace Saker.Spl.Scanning;

/// <summary>How often bytes follow each other in some lines of an input, letters in either case: what is rare there is quick to seek.</summary>
internal sealed class TextSample
{
    private const int MostFrequent = 2048;
    private readonly int[] counts = new int[1 << 16];
    private readonly uint[] texts = new uint[1 << 16];

    /// <summary>Where in <see cref="texts"/> those stand that most often occur.</summary>
    private readonly List<int> frequent;

    public TextSample(IReadOnlyList<ArraySegment<byte>> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            Add(lines[i]);
        }

        var least = LeastFrequent();
        frequent = new List<int>(MostFrequent);
        for (var slot = 0; slot < counts.Length; slot++)
        {
            if (counts[slot] >= least)
            {
                frequent.Add(slot);
            }
        }
    }

    /// <summary>How many texts of four bytes are the frequent ones.</summary>
    public int FrequentCount => frequent.Count;

    /// <summary>How often four bytes follow each other.</summary>
    public int Count(uint bytes) => counts[Hash(bytes)];

    /// <summary>How often a frequent text occurs.</summary>
    public int CountOfFrequent(int text) => counts[frequent[text]];

    /// <summary>Sets the bits of the frequent texts that have a byte at one of their four places, compared as windows are: letters in either case, seven bits a byte.</summary>
    public void MarkFrequent(int place, byte wanted, ulong[] marks)
    {
        var folded = Fold(wanted);
        for (var i = 0; i < frequent.Count; i++)
        {
            if (Fold((byte)(texts[frequent[i]] >> (8 * place))) == folded)
            {
                marks[i / 64] |= 1UL << i;
            }
        }
    }

    private static int Fold(byte c) => (c & 127) is >= 'A' and <= 'Z' and var letter ? letter | 0x20 : c & 127;

    private void Add(ReadOnlySpan<byte> line)
    {
        for (; line.Length >= sizeof(uint); line = line[1..])
        {
            var four = BitConverter.ToUInt32(line);
            var slot = Hash(four);
            counts[slot]++;
            texts[slot] = four;
        }
    }

    /// <summary>From what count on no more than <see cref="MostFrequent"/> texts are as frequent; once is not.</summary>
    private int LeastFrequent()
    {
        const int most = 4096;
        var withCount = new int[most + 1];
        foreach (var count in counts)
        {
            withCount[Math.Min(count, most)]++;
        }

        var least = most;
        for (var taken = withCount[most]; least > 2 && taken + withCount[least - 1] <= MostFrequent; least--)
        {
            taken += withCount[least - 1];
        }

        return least;
    }

    private static int Hash(uint bytes) => (int)(((bytes | 0x2020_2020) * 0x9E3779B1) >> 16);
}
