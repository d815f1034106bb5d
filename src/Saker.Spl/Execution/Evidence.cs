namespace Saker.Spl.Execution;

/// <summary>
/// The events behind a row, by their ordinal: all are counted, the first <see cref="Kept"/> are named. The bound is told
/// wherever evidence is shown (<c>evidence_total</c>).
/// </summary>
public readonly record struct Evidence(long Total, long[]? Ordinals)
{
    public const int Kept = 100;

    public static Evidence Of(long ordinal) => new(1, [ordinal]);

    public ReadOnlySpan<long> Named => Ordinals;

    /// <summary>Both together; an event that both name counts once.</summary>
    public Evidence Union(Evidence other)
    {
        if (other.Total == 0 || (other.Total == 1 && Ordinals is not null && Array.IndexOf(Ordinals, other.Ordinals![0]) >= 0))
        {
            return this;
        }

        if (Total == 0)
        {
            return other;
        }

        if (Ordinals!.Length >= Kept)
        {
            return this with { Total = Total + other.Total };
        }

        var known = Ordinals;
        var fresh = other.Ordinals!.Where(o => Array.IndexOf(known, o) < 0).ToArray();
        var shared = other.Ordinals!.Length - fresh.Length;
        return new Evidence(Total + other.Total - shared, [.. Ordinals, .. fresh.Take(Kept - Ordinals.Length)]);
    }
}

/// <summary>Collects evidence one row at a time without copying.</summary>
public struct EvidenceBuilder
{
    private long total;
    private List<long>? ordinals;

    public readonly long Total => total;

    public void Add(Evidence evidence)
    {
        if (evidence.Total == 0)
        {
            return;
        }

        ordinals ??= new List<long>(1);
        var shared = 0;
        foreach (var ordinal in evidence.Named)
        {
            if (ordinals.Contains(ordinal))
            {
                shared++;
            }
            else if (ordinals.Count < Evidence.Kept)
            {
                ordinals.Add(ordinal);
            }
        }

        total += evidence.Total - shared;
    }

    public readonly Evidence Build() => total == 0 ? default : new Evidence(total, [.. ordinals!]);
}
