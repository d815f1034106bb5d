namespace Saker.Spl.Execution;

/// <summary>One result row: values by slot of the search's <see cref="FieldTable"/>, and the events it rests on. Owned by whoever got it last.</summary>
public sealed class Row
{
    private Value[] values;

    public Row(int capacity = 16) => values = new Value[capacity];

    private Row(Value[] values, Evidence evidence) => (this.values, Evidence) = (values, evidence);

    /// <summary>The events behind this row.</summary>
    public Evidence Evidence { get; set; }

    /// <summary>A value; null for what is absent.</summary>
    public Value this[int slot]
    {
        get => slot < values.Length ? values[slot] : Value.Null;
        set
        {
            if (slot >= values.Length)
            {
                if (value.IsNull)
                {
                    return;
                }

                Array.Resize(ref values, Math.Max(slot + 1, values.Length * 2));
            }

            values[slot] = value;
        }
    }

    /// <summary>Slots at and past this number are absent.</summary>
    public int Width => values.Length;

    public Row Clone() => new((Value[])values.Clone(), Evidence);

    /// <summary>Makes every value independent of event buffers.</summary>
    public void Detach()
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i].Detached;
        }
    }

    public void Clear()
    {
        Array.Clear(values);
        Evidence = default;
    }
}
