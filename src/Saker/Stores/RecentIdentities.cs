namespace Saker.Stores;

/// <summary>The identities of the events that were kept last, up to a bound: the oldest are forgotten first. It only saves space.</summary>
internal sealed class RecentIdentities(int most)
{
    private readonly Lock gate = new();
    private readonly HashSet<UInt128> known = [];
    private readonly Queue<UInt128> order = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return known.Count;
            }
        }
    }

    public bool Contains(UInt128 identity)
    {
        lock (gate)
        {
            return known.Contains(identity);
        }
    }

    /// <summary>Events are on disk: only then may a copy of them be left out.</summary>
    public void Add(ReadOnlySpan<UInt128> identities)
    {
        if (most == 0)
        {
            return;
        }

        lock (gate)
        {
            foreach (var identity in identities)
            {
                if (known.Add(identity))
                {
                    order.Enqueue(identity);
                    if (order.Count > most)
                    {
                        known.Remove(order.Dequeue());
                    }
                }
            }
        }
    }

    /// <summary>An event did not come to be stored: should it come again, it is taken again.</summary>
    public void Forget(UInt128 identity)
    {
        lock (gate)
        {
            known.Remove(identity);
        }
    }
}
