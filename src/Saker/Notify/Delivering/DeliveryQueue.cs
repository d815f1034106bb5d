using System.Threading.Channels;

namespace Saker.Notify.Delivering;

/// <summary>What waits for one output, by the time it is due. Knows also what was done lately, so that the same news is not taken twice.</summary>
internal sealed class DeliveryQueue(int mostLoaded)
{
    private const int MostRemembered = 50_000;

    /// <summary>How many of a group one message holds.</summary>
    public const int MostOfGroup = 100;

    private readonly Lock guard = new();
    private readonly Dictionary<string, Item> items = new(StringComparer.Ordinal);
    private readonly SortedSet<Item> byDue = new(Comparer<Item>.Create((a, b) => a.Row.Due != b.Row.Due ? a.Row.Due.CompareTo(b.Row.Due) : a.Number.CompareTo(b.Number)));
    private readonly Dictionary<string, Delivery> done = new(StringComparer.Ordinal);
    private readonly Queue<string> doneOrder = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long numbers;

    public int Count
    {
        get
        {
            lock (guard)
            {
                return items.Count;
            }
        }
    }

    /// <summary>Takes it unless it is known; whether it did.</summary>
    public bool Add(Delivery delivery)
    {
        lock (guard)
        {
            if (items.ContainsKey(delivery.Key) || (done.TryGetValue(delivery.Key, out var known) && known.Version >= delivery.Version))
            {
                return false;
            }

            done.Remove(delivery.Key);
            var item = new Item(delivery, ++numbers);
            items.Add(delivery.Key, item);
            byDue.Add(item);
            signal.Writer.TryWrite(true);
            return true;
        }
    }

    /// <summary>What is known of a key without asking the store.</summary>
    public Delivery? Find(string key)
    {
        lock (guard)
        {
            return items.TryGetValue(key, out var item) ? item.Row : done.GetValueOrDefault(key);
        }
    }

    /// <summary>Notes that something was withdrawn: what nobody can have heard of is cancelled. The row as it then is; null if the key is not waiting.</summary>
    public Delivery? Withdraw(string key)
    {
        lock (guard)
        {
            if (!items.TryGetValue(key, out var item))
            {
                return null;
            }

            if (item.IsUnderWay)
            {
                item.Row = item.Row.Next() with { IsWithdrawn = true };
                return item.Row with { MayHaveArrived = true };
            }

            byDue.Remove(item);
            items.Remove(key);
            var row = item.Row.Next() with { IsWithdrawn = true, State = DeliveryState.Cancelled, Notice = null };
            Remember(row);
            return row;
        }
    }

    /// <summary>Keeps a row that is done with a change, so that it is not read from the store again.</summary>
    public void Remember(Delivery row)
    {
        lock (guard)
        {
            if (done.TryAdd(row.Key, row))
            {
                doneOrder.Enqueue(row.Key);
            }
            else
            {
                done[row.Key] = row;
            }

            while (doneOrder.Count > MostRemembered)
            {
                done.Remove(doneOrder.Dequeue());
            }
        }
    }

    /// <summary>What is due and goes out in one message; empty if nothing is, with the time at which something will be.</summary>
    public (IReadOnlyList<Item> Batch, DateTimeOffset? Next) Take(DateTimeOffset now, int mostAtOnce)
    {
        lock (guard)
        {
            if (byDue.Min is not { } first || first.Row.Due > now)
            {
                return ([], byDue.Min?.Row.Due);
            }

            var most = first.GoesAlone ? 1 : first.Row.Group.Length > 0 ? MostOfGroup : mostAtOnce;
            List<Item> batch = [.. byDue.TakeWhile(i => i.Row.Due <= now).Where(i => i == first || (!i.GoesAlone && i.Row.Group == first.Row.Group)).Take(most)];
            foreach (var item in batch)
            {
                byDue.Remove(item);
                item.IsUnderWay = true;
            }

            return (batch, null);
        }
    }

    /// <summary>After a try: the row's next version, which waits again or is done.</summary>
    public Delivery Settle(Item item, Func<Delivery, Delivery> change, bool goesAlone = false)
    {
        lock (guard)
        {
            item.IsUnderWay = false;
            item.GoesAlone |= goesAlone;
            item.Row = change(item.Row).Next();
            if (item.Row.State == DeliveryState.Waiting)
            {
                byDue.Add(item);
            }
            else
            {
                items.Remove(item.Row.Key);
                Remember(item.Row with { Notice = null });
            }

            return item.Row;
        }
    }

    /// <summary>Gives a row its notice back while it is under way.</summary>
    public void Load(Item item, Notice? notice)
    {
        lock (guard)
        {
            item.Row = item.Row with { Notice = notice };
        }
    }

    /// <summary>Puts back what could not be tried.</summary>
    public void Return(IReadOnlyList<Item> batch)
    {
        lock (guard)
        {
            foreach (var item in batch)
            {
                item.IsUnderWay = false;
                byDue.Add(item);
            }
        }
    }

    /// <summary>Gives up the notice's text of a row that the store has, if there are many.</summary>
    public void Unload(string key)
    {
        lock (guard)
        {
            if (items.Count > mostLoaded && items.TryGetValue(key, out var item) && !item.IsUnderWay)
            {
                item.Row = item.Row with { Notice = null };
            }
        }
    }

    /// <summary>Until something was added or a time has come.</summary>
    public async Task WaitAsync(TimeSpan? most, TimeProvider clock, CancellationToken cancellation)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var arrival = signal.Reader.ReadAsync(soon.Token).AsTask();
        // Timers hold 49 days at most.
        var time = Task.Delay(most is { } t ? TimeSpan.FromTicks(Math.Clamp(t.Ticks, 0, TimeSpan.TicksPerDay)) : Timeout.InfiniteTimeSpan, clock, soon.Token);
        await Task.WhenAny(arrival, time).ConfigureAwait(false);
        await soon.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(arrival, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>A row in the queue. Changed under the queue's guard alone.</summary>
    internal sealed class Item(Delivery row, long number)
    {
        public Delivery Row { get; set; } = row;

        public long Number => number;

        public bool IsUnderWay { get; set; }

        /// <summary>A batch with it was refused: which one of them is to blame shows when each goes alone.</summary>
        public bool GoesAlone { get; set; }
    }
}
