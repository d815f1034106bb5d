namespace Saker.Spl.Scanning;

/// <summary>A predicate over numbered conditions.</summary>
internal abstract record Question
{
    /// <summary>Marks the predicate that this is in each condition's mask without which it cannot hold.</summary>
    public virtual void MarkNecessary(int predicate, ulong[][] byCondition)
    {
    }

    public abstract bool Holds(Conditions conditions, ulong[] holds);
}

internal sealed record Always : Question
{
    public override bool Holds(Conditions conditions, ulong[] holds) => true;
}

internal sealed record Condition(int Number) : Question
{
    public override void MarkNecessary(int predicate, ulong[][] byCondition) => PredicateMask.Set(byCondition[Number], predicate);

    public override bool Holds(Conditions conditions, ulong[] holds) => conditions.Holds(Number, holds);
}

internal sealed record AllOf(Question[] Parts) : Question
{
    public override void MarkNecessary(int predicate, ulong[][] byCondition)
    {
        foreach (var part in Parts)
        {
            part.MarkNecessary(predicate, byCondition);
        }
    }

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
