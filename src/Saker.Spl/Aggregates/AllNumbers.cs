using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>With <c>allnum=true</c>: an aggregate of numbers that has no result once a value was none.</summary>
internal sealed class AllNumbers(Accumulator inner) : Accumulator
{
    private static readonly HashSet<string> OfNumbers = new(StringComparer.Ordinal)
    {
        "sum", "avg", "sumsq", "stdev", "stdevp", "var", "varp", "range", "perc", "exactperc", "upperperc", "median", "min", "max", "rate",
    };

    private bool hasWord;

    public override Value Result => hasWord ? Value.Null : inner.Result;

    /// <summary>Makes the state of an aggregate, guarded if it is one of numbers.</summary>
    public static Accumulator Guard(AggregateSpec spec, double percent) => OfNumbers.Contains(spec.Name) ? new AllNumbers(spec.Create(percent)) : spec.Create(percent);

    public override int Add(Value value, double time)
    {
        hasWord |= !value.TryGetNumber(out _);
        return inner.Add(value, time);
    }

    public override void Merge(Accumulator later)
    {
        var other = (AllNumbers)later;
        hasWord |= other.hasWord;
        inner.Merge(other.Inner);
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(hasWord);
        inner.Save(writer);
    }

    public override void Load(BinaryReader reader)
    {
        hasWord = reader.ReadBoolean();
        inner.Load(reader);
    }

    private Accumulator Inner => inner;
}
