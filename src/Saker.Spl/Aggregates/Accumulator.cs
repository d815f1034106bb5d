using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>The state of one aggregate in one group. Can be saved, loaded and merged, so that groups may go to disk.</summary>
public abstract class Accumulator
{
    /// <summary>Takes one value that is not null and no multivalue. Returns by how many bytes the state grew, about.</summary>
    public abstract int Add(Value value, double time);

    /// <summary>Takes the state of another accumulator of the same kind, whose values came later.</summary>
    public abstract void Merge(Accumulator later);

    public abstract Value Result { get; }

    public abstract void Save(BinaryWriter writer);

    public abstract void Load(BinaryReader reader);
}

/// <summary>An aggregate's entry in the table.</summary>
/// <param name="Name">Splunk's name.</param>
/// <param name="Synopsis">Its form.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Create">Makes an empty state; the argument is the number in the name (<c>perc95</c>), else 0.</param>
public sealed record AggregateSpec(string Name, string Synopsis, string Summary, Func<double, Accumulator> Create)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether it may stand without a field: <c>count</c>.</summary>
    public bool FieldIsOptional { get; init; }

    /// <summary>Whether a number belongs to the name: <c>perc95</c>.</summary>
    public bool TakesPercent { get; init; }

    /// <summary>Whether the same values in another order may give another result.</summary>
    public bool DependsOnOrder { get; init; }

    /// <summary>How the result can change as values are added.</summary>
    public Growth Growth { get; init; } = Growth.Any;

    /// <summary>The seconds that a sum is told for, of <c>per_hour</c> and its like, which only timechart knows; else 0.</summary>
    public int PerSeconds { get; init; }

    /// <summary>Whether it computes with numbers and passes over other values.</summary>
    public bool IsNumeric { get; init; }

    /// <summary>Whether states that are merged give, to the last digit, what one state of all values gives: not so where fractions are added up.</summary>
    public bool MergesExactly { get; init; } = true;
}

/// <summary>How an aggregate's result can change as values are added.</summary>
public enum Growth
{
    /// <summary>It may become anything.</summary>
    Any,

    /// <summary>It only rises.</summary>
    Rises,

    /// <summary>It rises if no value is negative.</summary>
    RisesIfNotNegative,

    /// <summary>It stays above zero if no value is negative and one is above zero.</summary>
    StaysPositiveIfNotNegative,
}
