namespace Saker.Generate;

/// <summary>Chance that repeats: SplitMix64, so that a seed gives the same bytes on every machine and every .NET.</summary>
internal sealed class Dice(ulong seed)
{
    /// <summary>The letters of Kubernetes' generated names: no vowels, nothing that looks like something else.</summary>
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, without, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 up to, without, <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(((Next() >> 32) * (ulong)end) >> 32);

    public int Between(int low, int high) => low + Below(high - low + 1);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public string Guid() => string.Create(36, (Next(), Next()), static (text, bits) =>
    {
        var hex = $"{bits.Item1:x16}{bits.Item2:x16}";
        hex.AsSpan(0, 8).CopyTo(text);
        hex.AsSpan(8, 4).CopyTo(text[9..]);
        hex.AsSpan(12, 4).CopyTo(text[14..]);
        hex.AsSpan(16, 4).CopyTo(text[19..]);
        hex.AsSpan(20, 12).CopyTo(text[24..]);
        text[8] = text[13] = text[18] = text[23] = '-';
        text[14] = '4';
        text[19] = "89ab"[text[19] & 3];
    });

    public string Hex(int length) => string.Create(length, this, static (text, dice) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = "0123456789abcdef"[dice.Below(16)];
        }
    });

    /// <summary>The end of a generated name: <c>x4m2q</c>.</summary>
    public string Suffix(int length = 5) => string.Create(length, this, static (text, dice) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = NameLetters[dice.Below(NameLetters.Length)];
        }
    });
}
