using System.Runtime.CompilerServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// What the values behind a few keys, <c>verb":</c>, wherever they stand in a line, leave possible of many predicates: never less than what the fields of those names
/// do, and told without a walk. One a thread.
/// </summary>
internal sealed class KeyedValues
{
    private readonly int firstId;
    private readonly KeyedField[] fields;
    private readonly int[] ends;
    private readonly ulong[] all;
    private readonly ulong[] possible;

    /// <param name="predicates">What is asked.</param>
    /// <param name="keys">The fields whose names end in each key.</param>
    /// <param name="firstId">The number of the first key's literal; the others follow.</param>
    public KeyedValues(PredicateSet predicates, IReadOnlyList<IReadOnlyList<string>> keys, int firstId)
    {
        this.firstId = firstId;
        fields = [.. keys.SelectMany(names => names.Select(n => new KeyedField(predicates.Of(n))))];
        ends = new int[keys.Count];
        for (var (key, end) = (0, 0); key < keys.Count; key++)
        {
            end += keys[key].Count;
            ends[key] = end;
        }

        all = PredicateMask.All(predicates.Count);
        possible = new ulong[all.Length];
    }

    /// <summary>Makes ready for a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Begin()
    {
        foreach (var field in fields)
        {
            field.Forget();
        }
    }

    /// <summary>Takes the value that stands at a place of the text, if it is none that has parts.</summary>
    /// <param name="id">The number of the key's literal.</param>
    /// <param name="text">What the line is in.</param>
    /// <param name="at">The place behind the key's colon.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(int id, ReadOnlySpan<byte> text, int at)
    {
        var value = default(PlainValue);
        if (at < text.Length && text[at] is not ((byte)'{' or (byte)'['))
        {
            value.Read(text, at);
            var key = id - firstId;
            for (var field = key == 0 ? 0 : ends[key - 1]; field < ends[key]; field++)
            {
                fields[field].Take(in value);
            }
        }
    }

    /// <summary>The predicates that are still possible, a bit each; valid until the next call, and may be changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong[] Possible()
    {
        all.CopyTo(possible, 0);
        foreach (var field in fields)
        {
            PredicateMask.And(possible, field.Possible);
        }

        return possible;
    }
}
