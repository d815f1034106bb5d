using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>An aggregate that gives nothing once a value was no number (<c>allnum=true</c>).</summary>
internal sealed class OnlyNumbers(Accumulator inner) : Accumulator
{
    private bool hasWords;

    public override Value Result => hasWords ? Value.Null : inner.Result;

    public override int Add(Value value, double time)
    {
        hasWords |= !value.TryGetNumber(out _);
        return inner.Add(value, time);
    }

    public override void Merge(Accumulator later)
    {
        hasWords |= ((OnlyNumbers)later).hasWords;
        inner.Merge(((OnlyNumbers)later).Inner);
    }

    private Accumulator Inner => inner;

    public override void Save(BinaryWriter writer)
    {
        writer.Write(hasWords);
        inner.Save(writer);
    }

    public override void Load(BinaryReader reader)
    {
        hasWords = reader.ReadBoolean();
        inner.Load(reader);
    }
}
