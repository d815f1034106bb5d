using System.Buffers.Binary;
using System.Security.Cryptography;
using Saker.Stores;

namespace Saker.Risk;

/// <summary>
/// What is kept of the risk events of the windows that were written last, so that an open window, evaluated every second, costs a look and no reading or
/// writing for what stayed as it was.
/// </summary>
internal sealed class KnownRiskEvents
{
    private const int MostEvents = 200_000;

    private readonly Dictionary<string, LinkedListNode<Group>> groups = new(StringComparer.Ordinal);
    private readonly LinkedList<Group> latest = new();
    private int count;

    /// <summary>What is known of a window; null if it must be read.</summary>
    public Group? Find(string name)
    {
        if (!groups.TryGetValue(name, out var node))
        {
            return null;
        }

        latest.Remove(node);
        latest.AddFirst(node);
        return node.Value;
    }

    public void Keep(Group group)
    {
        Forget(group.Name);
        groups[group.Name] = latest.AddFirst(group);
        count += group.ById.Count;
        while (count > MostEvents && latest.Count > 1)
        {
            Forget(latest.Last!.Value.Name);
        }
    }

    /// <summary>To be read again: what was known may not be what is kept.</summary>
    public void Forget(string name)
    {
        if (groups.Remove(name, out var node))
        {
            latest.Remove(node);
            count -= node.Value.ById.Count;
        }
    }

    public static UInt128 HashOf(StoredRiskEvent stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(stored.Document);
        hash.AppendData(stored.Indexed.Extra.Span);
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

    /// <summary>The risk events of one window.</summary>
    internal sealed record Group(string Name)
    {
        public Dictionary<UInt128, Known> ById { get; init; } = [];
    }

    /// <summary>One risk event: the version that is kept, and what it says.</summary>
    /// <param name="Version">Of the kept row.</param>
    /// <param name="Content">The hash of all it says.</param>
    /// <param name="IsWithdrawn">Whether it is kept as withdrawn.</param>
    /// <param name="Print">A cheap print of the risk event that said so, valid while events keep their numbers; null if there is none.</param>
    internal sealed record Known(long Version, UInt128 Content, bool IsWithdrawn, UInt128? Print)
    {
        public static Known Of(StateRow row)
        {
            var stored = StoredRiskEvent.Read(row);
            return new Known(row.Version, HashOf(stored), stored.IsWithdrawn, null);
        }
    }
}
