using System.Diagnostics;

namespace Saker.Benchmarks.Soak;

/// <summary>
/// Sends audit events to a real server at a rate, for a while, and compares what was answered 200 with what a search finds: each exactly once, and a risk event for each that a detection
/// matches. With rounds it kills server, engine or both in each, or lets the disk under the journal stop the server in the middle of a flush.
/// </summary>
internal sealed class SoakRun(SoakOptions options, SoakServer server)
{
    private static readonly TimeSpan RisksWithin = TimeSpan.FromSeconds(30);

    private readonly Random random = new(options.Seed);
    private readonly Dictionary<string, int> killed = [];

    public static async Task<int> RunAsync(string[] arguments)
    {
        SoakOptions options;
        try
        {
            options = SoakOptions.Parse(arguments);
        }
        catch (FormatException mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake.Message}\n\n{SoakOptions.Usage}");
            return 64;
        }

        using var server = new SoakServer(options);
        await server.StartAsync();
        return await new SoakRun(options, server).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var ledger = new SoakLedger(options.Batch);
        using var senders = new SoakSenders(options, server, ledger);
        using var over = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var log = new SoakLog(server, senders, ledger, TimeSpan.FromSeconds(options.Every));
        var sending = senders.RunAsync(over.Token);
        if (options.Rounds == 0)
        {
            while (watch.Elapsed < TimeSpan.FromSeconds(options.Seconds))
            {
                await Task.Delay(500);
                server.Sample();
                await log.LookAsync();
            }
        }
        else
        {
            await KillAsync();
        }

        await over.CancelAsync();
        await sending;
        var took = watch.Elapsed;
        server.Sample();
        var drained = await server.DrainAsync();
        watch.Restart();
        var mistakes = await ledger.CompareAsync(server);
        var compared = watch.Elapsed;
        watch.Restart();
        var risks = await ledger.CompareRisksAsync(server, RisksWithin);
        Tell(senders, ledger, took, drained);
        Console.WriteLine($"{(mistakes.Count == 0 ? "each acknowledged event is found exactly once, equal lines as often as they were sent" : $"{mistakes.Count} MISTAKES")} (compared in {compared.TotalSeconds:N1} s)");
        Console.WriteLine($"{ledger.Matching:N0} matching events: {(risks.Count == 0 ? $"each has one risk event, the last after {watch.Elapsed.TotalSeconds:N1} s" : string.Join(", ", risks))}");
        foreach (var mistake in mistakes.Take(20))
        {
            Console.WriteLine($"  {mistake}");
        }

        foreach (var error in server.Errors.Distinct().Take(20))
        {
            Console.WriteLine($"  said: {error}");
        }

        return mistakes.Count == 0 && risks.Count == 0 ? 0 : 1;
    }

    private async Task KillAsync()
    {
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < options.Rounds && Stopwatch.GetElapsedTime(began).TotalSeconds < options.Within; round++)
        {
            var what = options.KillIn(round);
            await Task.Delay(random.Next(50, Math.Max(100, (int)(options.Seconds * 1000))));
            server.Sample();
            killed[what] = killed.GetValueOrDefault(what) + 1;
            await server.KillAsync(what, round + 1 < options.Rounds && options.KillIn(round + 1) == "disk" ? Failing() : null);
        }

        if (server.IsFailing)
        {
            // Its disk would fail while it is asked what it has.
            await server.KillAsync("server", failing: null);
        }
    }

    /// <summary>A fifth of them die while they start, or soon after.</summary>
    private string Failing() => $"--die-after {(random.Next(5) == 0 ? random.Next(200, 2500) : 600_000)} --seed {random.Next(1, 1_000_000)}";

    private void Tell(SoakSenders senders, SoakLedger ledger, TimeSpan took, TimeSpan drained)
    {
        static double At(IReadOnlyList<double> times, double share) => times.Count == 0 ? 0 : times[Math.Min(times.Count - 1, (int)(times.Count * share))];
        var (sent, due) = senders.Times;
        if (killed.Count > 0)
        {
            Console.WriteLine($"{killed.Values.Sum()} rounds of kill -9, seed {options.Seed}: {string.Join(", ", killed.Select(k => $"{k.Key} {k.Value}"))}");
        }

        Console.WriteLine($"{took.TotalSeconds:N0} s, {options.Senders} senders, batches of {options.Batch} events of {options.Size} B: {ledger.KeptEvents:N0} events acknowledged, {ledger.KeptEvents / took.TotalSeconds:N0}/s, {ledger.KeptEvents * (double)options.Size / took.TotalSeconds / 1e6:N0} MB/s");
        Console.WriteLine($"answers: p50 {At(sent, 0.5):N1} ms, p99 {At(sent, 0.99):N1} ms, worst {At(sent, 1):N1} ms; from when they were due p99 {At(due, 0.99):N1} ms; {senders.Refused:N0} told to try again, {senders.Unknown:N0} without an answer");
        Console.WriteLine($"memory at most: server {server.Peak.Server >> 20} MB, engine {server.Peak.Engine >> 20} MB; the store was behind by {drained.TotalSeconds:N1} s");
    }
}
