namespace Saker.Spl.Scanning;

/// <summary>How often bytes follow each other in some lines of an input, letters in either case: what is rare there is quick to seek.</summary>
internal sealed class TextSample
{
    private const int MostFrequent = 2048;
    private readonly int[] counts = new int[1 << 16];
    private readonly uint[] texts = new uint[1 << 16];

    public TextSample(IReadOnlyList<ArraySegment<byte>> lines)
    {
        foreach (var line in lines)
        {
            for (var i = 0; i + sizeof(uint) <= line.Count; i++)
            {
                var four = BitConverter.ToUInt32(line.Array!, line.Offset + i);
                var slot = Hash(four);
                counts[slot]++;
                texts[slot] = four;
            }
        }

        Frequent = [.. Enumerable.Range(0, counts.Length).Where(s => counts[s] > 1).OrderByDescending(s => counts[s]).Take(MostFrequent).Select(s => (texts[s], counts[s]))];
    }

    /// <summary>The four bytes that most often follow each other, the first in the lowest bits, and how often.</summary>
    public IReadOnlyList<(uint Bytes, int Count)> Frequent { get; }

    /// <summary>How often four bytes follow each other.</summary>
    public int Count(uint bytes) => counts[Hash(bytes)];

    /// <summary>As windows are compared: letters in either case, seven bits a byte.</summary>
    public static bool AreEqual(byte left, byte right) => ((left ^ right) & 127) == 0 || (((left ^ right) & 127) == 0x20 && char.IsAsciiLetter((char)(left & 127)));

    private static int Hash(uint bytes) => (int)(((bytes | 0x2020_2020) * 0x9E3779B1) >> 16);
}
