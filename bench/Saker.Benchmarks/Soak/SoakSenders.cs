using System.Diagnostics;
using System.Net.Http.Headers;

namespace Saker.Benchmarks.Soak;

/// <summary>API servers, which send a list until it is kept, and an application, which sends lines once.</summary>
internal sealed class SoakSenders(SoakOptions options, SoakServer server, SoakLedger ledger) : IDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<double>[] answers = [.. Enumerable.Range(0, options.Senders).Select(_ => new List<double>())];
    private readonly List<double>[] delays = [.. Enumerable.Range(0, options.Senders).Select(_ => new List<double>())];
    private readonly int[] looked = new int[options.Senders];
    private long batches;
    private long unknown;
    private long refused;

    /// <summary>How long answers took, in ascending milliseconds: from when a request was sent, and from when it was due.</summary>
    public (IReadOnlyList<double> FromSent, IReadOnlyList<double> FromDue) Times => ([.. answers.SelectMany(t => t).Order()], [.. delays.SelectMany(t => t).Order()]);

    /// <summary>Requests whose answer did not arrive.</summary>
    public long Unknown => unknown;

    /// <summary>Requests that were told to try again.</summary>
    public long Refused => refused;

    public void Dispose() => client.Dispose();

    /// <summary>The 99th percentile of the answers since it was asked last, in milliseconds.</summary>
    public double RecentP99()
    {
        List<double> recent = [];
        for (var sender = 0; sender < answers.Length; sender++)
        {
            lock (answers[sender])
            {
                recent.AddRange(answers[sender].Skip(looked[sender]));
                looked[sender] = answers[sender].Count;
            }
        }

        recent.Sort();
        return recent.Count == 0 ? 0 : recent[recent.Count * 99 / 100];
    }

    /// <summary>Sends until told otherwise.</summary>
    public Task RunAsync(CancellationToken over) =>
        Task.WhenAll([.. Enumerable.Range(0, options.Senders).Select(s => Task.Run(() => SendListsAsync(s, over), CancellationToken.None)), Task.Run(() => SendLinesAsync(over), CancellationToken.None)]);

    private async Task SendListsAsync(int sender, CancellationToken over)
    {
        var pause = options.Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)options.Batch * options.Senders / options.Rate);
        var due = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency * sender / options.Senders);
        var list = new AuditList(options.Batch, options.Size);
        var every = options.Matching == 0 ? long.MaxValue : Math.Max(1, 10_000L / options.Batch / options.Matching);
        while (!over.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(due) is var late && late < TimeSpan.Zero)
            {
                await Task.Delay(-late, CancellationToken.None);
            }

            var number = Interlocked.Increment(ref batches);
            var matches = number % every == 0;
            ledger.Send(number, matches);
            if (await SendAsync(sender, list.Next(number, matches, TimeProvider.System.GetUtcNow()), over))
            {
                ledger.Keep(number);
                delays[sender].Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            }

            due += (long)(pause.TotalSeconds * Stopwatch.Frequency);
            if (pause == TimeSpan.Zero || (options.Rounds > 0 && Stopwatch.GetElapsedTime(due) > TimeSpan.FromSeconds(1)))
            {
                due = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Sends one list until it is kept, as an API server does; whether it was.</summary>
    private async Task<bool> SendAsync(int sender, ReadOnlyMemory<byte> body, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            switch (await PostAsync($"/audit/soak-{sender}", body))
            {
                case Outcome.Kept:
                    Note(sender, began);
                    return true;
                case Outcome.Refused:
                    Note(sender, began);
                    await Task.Delay(1000, CancellationToken.None);
                    break;
                default:
                    await Task.Delay(20, CancellationToken.None);
                    break;
            }
        }

        return false;
    }

    private void Note(int sender, long began)
    {
        lock (answers[sender])
        {
            answers[sender].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private async Task SendLinesAsync(CancellationToken over)
    {
        for (long batch = 1; !over.IsCancellationRequested; batch++)
        {
            await Task.Delay(BetweenLines, CancellationToken.None);
            // Every other batch is sent twice, on purpose: all of its lines are wanted twice as often.
            for (var i = 0; i <= batch % 2; i++)
            {
                var outcome = await PostAsync("/services/collector", LineBatch.Of(batch));
                if (outcome != Outcome.NotSent)
                {
                    // What a failing disk refused may be there all the same: its sender was told to send it again.
                    ledger.Line(batch, outcome == Outcome.Kept);
                }
            }
        }
    }

    private async Task<Outcome> PostAsync(string path, ReadOnlyMemory<byte> body)
    {
        if (server.Address is not { } address)
        {
            return Outcome.NotSent;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        try
        {
            using var answer = await client.SendAsync(request, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
            {
                return Outcome.Kept;
            }

            Interlocked.Increment(ref refused);
            return Outcome.Refused;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            if (failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
            {
                return Outcome.NotSent;
            }

            Interlocked.Increment(ref unknown);
            return Outcome.Unknown;
        }
    }

    private enum Outcome
    {
        Kept,
        Refused,
        Unknown,
        NotSent,
    }
}
