using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>What the values that may be one field's leave possible of many predicates. Takes more values for equal than are, never fewer. One a thread.</summary>
internal sealed class KeyedField
{
    private readonly ulong[] free;
    private readonly ulong[] afterAny;
    private readonly ulong[] everything;
    private readonly ulong[] several;
    private readonly Entry[] table;

    /// <param name="asked">What is asked of the field.</param>
    public KeyedField(FieldConditions asked)
    {
        free = asked.Free;
        afterAny = (ulong[])asked.AfterAny.Clone();
        several = new ulong[free.Length];
        everything = new ulong[free.Length];
        Array.Fill(everything, ~0UL);
        table = new Entry[BitOperations.RoundUpToPowerOf2((uint)(asked.Exact.Count + 1) * 2)];
        foreach (var wanted in asked.Exact)
        {
            if (Ascii.IsValid(wanted.Text))
            {
                Add(PlainValue.Of(wanted.Text), wanted.Possible);
            }
            else
            {
                // Rare: left to the walk.
                PredicateMask.Or(afterAny, wanted.Possible);
            }
        }

        foreach (var entry in table)
        {
            if (entry.Possible is not null)
            {
                PredicateMask.Or(entry.Possible, afterAny);
            }
        }

        Possible = free;
    }

    /// <summary>The predicates that the values taken since <see cref="Forget"/> leave possible.</summary>
    public ulong[] Possible { get; private set; }

    public void Forget() => Possible = free;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(in PlainValue value)
    {
        var predicates = value.IsAny ? everything : table[Slot(in value)].Possible ?? afterAny;
        if (ReferenceEquals(Possible, free))
        {
            Possible = predicates;
        }
        else if (!ReferenceEquals(Possible, predicates))
        {
            // A second value: what either leaves possible.
            if (!ReferenceEquals(Possible, several))
            {
                Possible.CopyTo(several, 0);
                Possible = several;
            }

            PredicateMask.Or(several, predicates);
        }
    }

    /// <summary>Adds a value that is looked for; some that differ count as the same.</summary>
    private void Add(PlainValue value, ulong[] possible)
    {
        ref var entry = ref table[Slot(in value)];
        if (entry.Possible is null)
        {
            entry = new Entry(value, (ulong[])possible.Clone());
        }
        else
        {
            PredicateMask.Or(entry.Possible, possible);
        }
    }

    /// <summary>Where a value stands in the table, or would.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(in PlainValue value)
    {
        var slot = (int)(value.Hash & (uint)(table.Length - 1));
        while (table[slot].Possible is not null && !table[slot].Value.IsSame(in value))
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return slot;
    }

    private readonly struct Entry(PlainValue value, ulong[] possible)
    {
        public readonly PlainValue Value = value;
        public readonly ulong[]? Possible = possible;
    }
}
