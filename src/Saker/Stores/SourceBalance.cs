namespace Saker.Stores;

/// <summary>
/// Counts per source what came and what became of it. What was settled (stored, or set aside) goes into the checkpoint; the rest is counted again from
/// the journal at a start, so the balance holds over a crash. Silence is measured by a clock that does not jump.
/// </summary>
internal sealed class SourceBalance(TimeProvider clock, IReadOnlyDictionary<string, TimeSpan> silentAfter)
{
    /// <summary>A sender that makes up names must not fill the memory: past these all others are one.</summary>
    public const int MostSources = 10_000;

    public const string OtherSources = "other";

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongEnoughToLearn = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Account> accounts = new(StringComparer.Ordinal);

    /// <summary>Of all sources, by name.</summary>
    public IReadOnlyList<SourceCounts> Read()
    {
        lock (gate)
        {
            return [.. accounts.Select(a => a.Value.Total(a.Key)).OrderBy(c => c.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Sources from which nothing came for longer than was set for them, or, once they were watched for an hour, for three times their longest usual
    /// pause and 15 minutes at least. A source that was set and never sent is silent too. While this process did not run, nobody was silent.
    /// </summary>
    public IReadOnlyList<SilentSource> SilentSources()
    {
        lock (gate)
        {
            foreach (var name in silentAfter.Keys)
            {
                Of(name);
            }

            var silent = new List<SilentSource>();
            foreach (var (name, account) in accounts)
            {
                var quiet = clock.GetElapsedTime(account.Seen);
                var isSet = silentAfter.TryGetValue(name, out var limit);
                limit = isSet ? limit : TimeSpan.FromTicks(Math.Max(ShortestSilence.Ticks, 3 * account.UsualPause.Ticks));
                if (quiet > limit && (isSet || account.Watched >= LongEnoughToLearn))
                {
                    silent.Add(new SilentSource(name, account.LastSeen, quiet, limit, isSet));
                }
            }

            return silent;
        }
    }

    /// <summary>A batch is on disk.</summary>
    internal void Keep(string source, long received, long deduplicated, long filtered, long rejected)
    {
        lock (gate)
        {
            var account = Of(source);
            account.See(clock);
            account.Received += received;
            account.Deduplicated += deduplicated;
            account.Filtered += filtered;
            account.Rejected += rejected;
        }
    }

    /// <summary>A batch that was on disk at the start: it came at some time before.</summary>
    internal void Recover(JournalEntry entry)
    {
        lock (gate)
        {
            var account = Of(entry.Source);
            account.Received += entry.Received;
            account.Deduplicated += entry.Deduplicated;
            account.Filtered += entry.Filtered;
            account.Rejected += entry.Rejected.Count;
        }
    }

    /// <summary>A batch is through: all of it stored, but for what the store refused.</summary>
    internal void Settle(JournalEntry entry, long refused)
    {
        lock (gate)
        {
            var account = Of(entry.Source);
            account.Settled = account.Settled with
            {
                Received = account.Settled.Received + entry.Received,
                Stored = account.Settled.Stored + entry.EventCount - refused,
                Deduplicated = account.Settled.Deduplicated + entry.Deduplicated,
                Filtered = account.Settled.Filtered + entry.Filtered,
                Rejected = account.Settled.Rejected + entry.Rejected.Count + refused,
            };
            account.Stored += entry.EventCount - refused;
            account.Rejected += refused;
        }
    }

    /// <summary>What goes into the checkpoint.</summary>
    internal IReadOnlyList<SourceCounts> Settled()
    {
        lock (gate)
        {
            return [.. accounts.Select(a => a.Value.Settled with { Name = a.Key, LastSeen = a.Value.LastSeen, UsualPause = a.Value.UsualPause, Watched = a.Value.Watched })];
        }
    }

    internal void Load(IEnumerable<SourceCounts> settled)
    {
        lock (gate)
        {
            foreach (var counts in settled)
            {
                accounts[counts.Name] = new Account
                {
                    Settled = counts,
                    Received = counts.Received,
                    Stored = counts.Stored,
                    Deduplicated = counts.Deduplicated,
                    Filtered = counts.Filtered,
                    Rejected = counts.Rejected,
                    Seen = clock.GetTimestamp(),
                    LastSeen = counts.LastSeen,
                    UsualPause = counts.UsualPause,
                    Watched = counts.Watched,
                };
            }
        }
    }

    private Account Of(string source)
    {
        if (!accounts.TryGetValue(source, out var account))
        {
            if (accounts.Count >= MostSources && source != OtherSources)
            {
                return Of(OtherSources);
            }

            account = new Account { Seen = clock.GetTimestamp() };
            accounts.Add(source, account);
        }

        return account;
    }

    private sealed class Account
    {
        public long Received { get; set; }

        public long Stored { get; set; }

        public long Deduplicated { get; set; }

        public long Filtered { get; set; }

        public long Rejected { get; set; }

        public SourceCounts Settled { get; set; } = new("", 0, 0, 0, 0, 0);

        /// <summary>By the clock that does not jump: the last batch, or when this process first knew of the source.</summary>
        public long Seen { get; set; }

        public DateTimeOffset? LastSeen { get; set; }

        public TimeSpan UsualPause { get; set; }

        public TimeSpan Watched { get; set; }

        public void See(TimeProvider clock)
        {
            var now = clock.GetTimestamp();
            var pause = clock.GetElapsedTime(Seen, now);
            Watched += pause;
            // The longest pause is forgotten slowly: halved after some 700 batches with shorter ones.
            UsualPause = TimeSpan.FromTicks(Math.Max(pause.Ticks, (long)(UsualPause.Ticks * 0.999)));
            (Seen, LastSeen) = (now, clock.GetUtcNow());
        }

        public SourceCounts Total(string name) => new(name, Received, Stored, Deduplicated, Filtered, Rejected) { LastSeen = LastSeen, UsualPause = UsualPause, Watched = Watched };
    }
}

/// <summary>A source that stopped sending.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastSeen">When its last batch came; null if none ever did.</param>
/// <param name="Quiet">How long nothing came, as far as this process saw.</param>
/// <param name="Limit">How long that may be.</param>
/// <param name="IsSet">Whether the limit was set, not learned.</param>
internal sealed record SilentSource(string Name, DateTimeOffset? LastSeen, TimeSpan Quiet, TimeSpan Limit, bool IsSet);
