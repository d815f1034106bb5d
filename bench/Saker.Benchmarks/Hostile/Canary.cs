using Saker.Benchmarks.Soak;

namespace Saker.Benchmarks.Hostile;

/// <summary>Well-behaved senders beside a hostile one: what they sent must be found exactly once, and their answers stay quick.</summary>
internal sealed class Canary : IDisposable
{
    private readonly SoakServer server;
    private readonly SoakLedger ledger;
    private readonly SoakSenders senders;
    private readonly CancellationTokenSource over = new();
    private readonly Task sending;

    private Canary(SoakServer server, int rate)
    {
        var options = new SoakOptions { Rate = rate, Senders = 4, Batch = 50, Size = 1500, Matching = 20, Rounds = 1 };
        this.server = server;
        ledger = new SoakLedger(options.Batch);
        senders = new SoakSenders(options, server, ledger);
        sending = senders.RunAsync(over.Token);
    }

    public static Canary Start(SoakServer server, int rate = 1000) => new(server, rate);

    /// <summary>Stops sending, waits until the store has all, and compares; what it found in words, and whether all is well.</summary>
    public async Task<Outcome> EndAsync(bool wantsRisks = true)
    {
        await over.CancelAsync();
        await sending;
        if (!server.IsAlive)
        {
            return new Outcome(false, "THE SERVER ENDED");
        }

        var behind = await server.DrainAsync();
        List<string> mistakes = [.. await ledger.CompareAsync(server), .. wantsRisks ? await ledger.CompareRisksAsync(server, TimeSpan.FromSeconds(60)) : []];
        var (times, _) = senders.Times;
        var p99 = times.Count == 0 ? 0 : times[(int)(times.Count * 0.99)];
        var late = behind > TimeSpan.FromSeconds(2) ? $", the store had all {behind.TotalSeconds:N0} s after the last" : "";
        var told = senders.Refused > 0 ? $", {senders.Refused:N0} requests told to try again" : "";
        return mistakes.Count > 0
            ? new Outcome(false, $"{mistakes.Count} MISTAKES: {string.Join("; ", mistakes.Take(3))}")
            : new Outcome(true, $"others' {ledger.KeptEvents:N0} events: none lost, none twice, p99 {p99:N0} ms{late}{told}");
    }

    public void Dispose()
    {
        over.Dispose();
        senders.Dispose();
    }
}

/// <summary>What became of a case.</summary>
internal sealed record Outcome(bool IsWell, string What);
