namespace Saker.Spl.Scanning;

/// <summary>A predicate over numbered conditions.</summary>
internal abstract record Question
{
    /// <summary>Conditions without which it cannot hold.</summary>
    public virtual IReadOnlyList<int> Necessary => [];

    public abstract bool Holds(Conditions conditions, ulong[] holds);
}

internal sealed record Always : Question
{
    public override bool Holds(Conditions conditions, ulong[] holds) => true;
}

internal sealed record Condition(int Number) : Question
{
    public override IReadOnlyList<int> Necessary { get; } = [Number];

    public override bool Holds(Conditions conditions, ulong[] holds) => conditions.Holds(Number, holds);
}

internal sealed record AllOf(Question[] Parts) : Question
{
    public override IReadOnlyList<int> Necessary { get; } = [.. Parts.SelectMany(p => p.Necessary).Distinct()];

    public override bool Holds(Conditions conditions, ulong[] holds)
    {
        foreach (var part in Parts)
        {
            if (!part.Holds(conditions, holds))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed record AnyOf(Question[] Parts) : Question
{
    public override bool Holds(Conditions conditions, ulong[] holds)
    {
        foreach (var part in Parts)
        {
            if (part.Holds(conditions, holds))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed record Opposite(Question Inner) : Question
{
    public override bool Holds(Conditions conditions, ulong[] holds) => !Inner.Holds(conditions, holds);
}
