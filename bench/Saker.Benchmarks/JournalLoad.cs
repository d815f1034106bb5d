using System.Diagnostics;
using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Benchmarks;

/// <summary>
/// What the journal alone takes, and how fast it is read again: <c>journal DIRECTORY [SENDERS [EVENTS [BYTES [SECONDS]]]]</c>. Each sender hands over a
/// batch of audit events, waits for the answer, and goes on; the directory is emptied before and after.
/// </summary>
internal static class JournalLoad
{
    public static async Task<int> RunAsync(string[] options)
    {
        int Number(int i, int otherwise) => options.Length > i ? int.Parse(options[i]) : otherwise;

        var directory = options[0];
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any(f => Path.GetFileName(f) is not ("lock" or "checkpoint" or "ballast") && !f.EndsWith(".log", StringComparison.Ordinal)))
        {
            await Console.Error.WriteLineAsync($"{directory} holds other things than a journal");
            return 64;
        }

        Clear(directory);
        await Take(directory, Number(1, 8), Number(2, 100), Number(3, 2000), TimeSpan.FromSeconds(Number(4, 10)));
        await Recover(directory);
        Clear(directory);
        return 0;
    }

    private static async Task Take(string directory, int senders, int perBatch, int size, TimeSpan duration)
    {
        await using var journal = Journal.Open(new JournalOptions { Directory = directory, MostBytes = 40L << 30 }, new DiskFiles(), TimeProvider.System);
        var times = Enumerable.Range(0, senders).Select(_ => new List<double>()).ToArray();
        var (watch, cpu, refused) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            for (var n = 0; watch.Elapsed < duration; n++)
            {
                var events = Enumerable.Range(0, perBatch).Select(i => Audit($"{sender}-{n}-{i}", size)).ToList();
                var begun = Stopwatch.GetTimestamp();
                var answer = await journal.TakeAsync(new ReceivedBatch($"audit/{sender}", events, [], 0, IsIrreplaceable: false), default);
                times[sender].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                if (answer.Status != IntakeStatus.Kept)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(answer.RetryAfter);
                }
            }
        })));
        var (took, answers) = (watch.Elapsed.TotalSeconds, times.SelectMany(t => t).Order().ToList());
        var kept = (answers.Count - refused) * (double)perBatch;
        Console.WriteLine(
            $"{senders} senders, batches of {perBatch} events of {size} B: {kept / took:N0} events/s, {kept * size / took / 1e6:N0} MB/s; answer p50 {answers[answers.Count / 2]:N1} ms, "
            + $"p99 {answers[answers.Count * 99 / 100]:N1} ms, worst {answers[^1]:N1} ms; {refused} told to try again; {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds / took:N2} cores; {Memory()}");
    }

    private static async Task Recover(string directory)
    {
        var watch = Stopwatch.StartNew();
        await using var journal = Journal.Open(new JournalOptions { Directory = directory }, new DiskFiles(), TimeProvider.System);
        Console.WriteLine($"recovered {journal.Status.PendingBytes / 1e6:N0} MB, {journal.Balance.Read().Sum(c => c.Pending):N0} events in {watch.Elapsed.TotalSeconds:N2} s; {Memory()}");
        watch.Restart();
        long events = 0;
        for (var position = journal.Checkpoint.Done; journal.Read(position, 0, 20_000, 16 << 20) is { } batch; position = batch.To)
        {
            using (batch)
            {
                events += batch.Events.Count;
            }
        }

        Console.WriteLine($"read as the shipper does: {events / watch.Elapsed.TotalSeconds:N0} events/s; {Memory()}");
    }

    private static ReceivedEvent Audit(string id, int size)
    {
        var json = $"{{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"{id}\",\"verb\":\"get\",\"requestURI\":\"/";
        var raw = Encoding.UTF8.GetBytes(json + new string('x', Math.Max(0, size - json.Length - 2)) + "\"}");
        return new ReceivedEvent(new Event { Raw = raw, Index = "kubernetes", Source = "kubernetes", Sourcetype = "_json" }, EventKind.Audit);
    }

    private static string Memory() => $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB resident at most";

    private static void Clear(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
