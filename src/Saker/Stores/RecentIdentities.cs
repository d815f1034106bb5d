using System.Numerics;

namespace Saker.Stores;

/// <summary>
/// The identities of the events that were kept last, up to a bound: the oldest are forgotten first. It only saves space. A ring of them, and a list of
/// places in the ring for each bucket: 24 bytes each, all of them taken at once.
/// </summary>
internal sealed class RecentIdentities
{
    private const int None = 0;

    private readonly Lock gate = new();
    private readonly UInt128[] ring;

    /// <summary>For each bucket the first place in the ring, and for each place the next of its bucket; both counted from 1.</summary>
    private readonly int[] first;
    private readonly int[] next;
    private int oldest;

    /// <param name="most">0: none are remembered.</param>
    public RecentIdentities(int most)
    {
        (ring, next) = (new UInt128[most], new int[most]);
        first = new int[most == 0 ? 0 : BitOperations.RoundUpToPowerOf2((uint)most)];
    }

    public int Count { get; private set; }

    public bool Contains(UInt128 identity)
    {
        lock (gate)
        {
            return ring.Length > 0 && IsKnown(identity);
        }
    }

    /// <summary>Events are on disk: only then may a copy of them be left out.</summary>
    public void Add(ReadOnlySpan<UInt128> identities)
    {
        if (ring.Length == 0)
        {
            return;
        }

        lock (gate)
        {
            foreach (var identity in identities)
            {
                if (!IsKnown(identity))
                {
                    Add(identity);
                }
            }
        }
    }

    /// <summary>An event did not come to be stored: should it come again, it is taken again.</summary>
    public void Forget(UInt128 identity)
    {
        lock (gate)
        {
            for (var place = ring.Length == 0 ? None : first[BucketOf(identity)]; place != None; place = next[place - 1])
            {
                if (ring[place - 1] == identity)
                {
                    Unlink(place);
                    return;
                }
            }
        }
    }

    private void Add(UInt128 identity)
    {
        var place = oldest + 1;
        // Where nothing was yet, or what was there was forgotten, nothing is found.
        Unlink(place);
        ring[oldest] = identity;
        ref var head = ref first[BucketOf(identity)];
        (next[oldest], head) = (head, place);
        Count++;
        oldest = place == ring.Length ? 0 : place;
    }

    private bool IsKnown(UInt128 identity)
    {
        for (var place = first[BucketOf(identity)]; place != None; place = next[place - 1])
        {
            if (ring[place - 1] == identity)
            {
                return true;
            }
        }

        return false;
    }

    private void Unlink(int wanted)
    {
        ref var link = ref first[BucketOf(ring[wanted - 1])];
        while (link != None && link != wanted)
        {
            link = ref next[link - 1];
        }

        if (link == wanted)
        {
            link = next[wanted - 1];
            Count--;
        }
    }

    /// <summary>By a hash with a key of this process: senders could look for events whose identities begin alike.</summary>
    private int BucketOf(UInt128 identity) => (int)((uint)identity.GetHashCode() & (uint)(first.Length - 1));
}
