namespace Saker.Spl.Execution;

/// <summary>The by-values of a group.</summary>
public sealed class GroupKey : IEquatable<GroupKey>, IComparable<GroupKey>
{
    private readonly int hash;

    public GroupKey(Value[] values)
    {
        Values = values;
        var code = default(HashCode);
        foreach (var value in values)
        {
            code.Add(value);
        }

        hash = code.ToHashCode();
    }

    public Value[] Values { get; }

    /// <summary>About how many bytes it takes.</summary>
    public int Size => 64 + Values.Sum(v => ValueCodec.Size(v));

    public bool Equals(GroupKey? other) => other is not null && hash == other.hash && Values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as GroupKey);

    public override int GetHashCode() => hash;

    public int CompareTo(GroupKey? other)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            var order = ValueOrder.Instance.Compare(Values[i], other!.Values[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
