using Saker.Risk.Findings;
using Saker.Stores;

namespace Saker.Server.Serving;

/// <summary>
/// Raises a finding for each source that falls silent, and closes it once the source is heard again. Many at once are one finding: a network that is cut, not so many senders. While
/// the journal refuses batches nobody is called silent: they were not let in.
/// </summary>
internal sealed class SilentSourceWatch(SourceBalance balance, Func<long> refused, FindingBook findings, TimeProvider clock, Action<string> tell)
{
    public const string Type = "source";

    /// <summary>The entity of the finding that stands for many.</summary>
    public const string Many = "several sources";

    private const string Title = "Source fell silent";
    private const int Score = 50;

    /// <summary>More at once are told as one.</summary>
    private const int MostSingle = 20;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private long refusedBefore;
    private bool isAway;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Every, clock, cancellation).ConfigureAwait(false);
            try
            {
                await LookAsync(cancellation).ConfigureAwait(false);
                isAway = false;
            }
            catch (Exception failure) when (failure is StoreUnavailableException or IOException)
            {
                // The next look finds the same.
                if (!isAway)
                {
                    tell($"silent sources cannot be told now: {failure.Message}");
                }

                isAway = true;
            }
        }
    }

    /// <summary>Compares once.</summary>
    /// <exception cref="StoreUnavailableException">Look again later.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        // What `saker canary` sends comes when somebody tries.
        var silent = balance.SilentSources().Where(s => !s.Name.EndsWith("/" + Content.Canary.Source, StringComparison.Ordinal)).ToList();
        await RecoverAsync(silent, cancellation).ConfigureAwait(false);
        var refusedNow = refused();
        if (Interlocked.Exchange(ref refusedBefore, refusedNow) != refusedNow)
        {
            return;
        }

        if (silent.Count > MostSingle)
        {
            var names = string.Join(", ", silent.Select(s => s.Name).Order(StringComparer.Ordinal).Take(MostSingle));
            await findings.RaiseAsync(new HealthNote(Type, Many, Title, $"{silent.Count} sources fell silent: {names} and others", Score, silent.Max(s => s.LastSeen) ?? clock.GetUtcNow() - silent.Min(s => s.Quiet)), cancellation).ConfigureAwait(false);
            return;
        }

        foreach (var source in silent)
        {
            var limit = source.IsSet ? $"{Words(source.Limit)} were set" : $"{Words(source.Limit)} would be usual at the most";
            var message = source.LastSeen is { } seen ? $"{source.Name} sent nothing since {seen.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; {limit}" : $"{source.Name} never sent anything; {limit}";
            await findings.RaiseAsync(new HealthNote(Type, source.Name, Title, message, Score, source.LastSeen ?? clock.GetUtcNow() - source.Quiet), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A source is well again if it sent after its finding was raised; after a restart nobody is silent, which does not mean that they send.</summary>
    private async Task RecoverAsync(IReadOnlyList<SilentSource> silent, CancellationToken cancellation)
    {
        var open = await findings.OpenOfAsync(Type, cancellation).ConfigureAwait(false);
        if (open.Count == 0)
        {
            return;
        }

        var heard = balance.Read().ToDictionary(s => s.Name, s => s.LastSeen, StringComparer.Ordinal);
        foreach (var finding in open)
        {
            var raised = finding.Evidence.Count > 0 ? finding.Evidence[^1].LastTime : finding.Created;
            if (finding.Entity == Many ? silent.Count <= MostSingle && heard.Values.Any(seen => seen > raised) : heard.GetValueOrDefault(finding.Entity) > raised && silent.All(s => s.Name != finding.Entity))
            {
                await findings.RecoverAsync(Type, finding.Entity, "heard again", cancellation).ConfigureAwait(false);
            }
        }
    }

    private static string Words(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalHours:0} hours";
}
