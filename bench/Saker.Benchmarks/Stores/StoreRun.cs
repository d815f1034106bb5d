using System.Diagnostics;
using Saker.Benchmarks.Soak;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Saker.Stores.ClickHouse.Engine;

namespace Saker.Benchmarks.Stores;

/// <summary>
/// Measures the private engine: <c>store SAKER ENGINE LOG [SECONDS]</c> with the program, the directory of <c>saker engine install</c> and an audit log of
/// bench/Saker.Generate, or <c>soak</c> for the events that bench/soak sends. Start, memory at rest, rows a second by plain HTTP insert and through the store, memory at 12,000 events a second, a search of
/// an hour of the day.
/// </summary>
internal static class StoreRun
{
    private const int BatchEvents = 8000;
    private const int Rate = 12_000;
    private const long Hour = 3_600_000_000_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var saker, var engineDirectory, var log, .. var rest])
        {
            await Console.Error.WriteLineAsync("store SAKER ENGINE LOG [SECONDS]");
            return 64;
        }

        var seconds = rest is [var text] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 30;
        var directory = Directory.CreateTempSubdirectory("saker-bench").FullName;
        try
        {
            var events = log == "soak" ? SoakEvents() : Events((await File.ReadAllBytesAsync(log)).AsMemory());
            Console.WriteLine($"{events.Count:#,0} different events of {events.Average(e => e.Event.Raw.Length):#,0} bytes");
            var watch = Stopwatch.StartNew();
            await using var store = await ClickHouseStore.OpenAsync(
                new StoreSettings
                {
                    Engine = new EngineOptions { DataDirectory = Path.Combine(directory, "store"), Program = EngineProgram.Find(engineDirectory), HostProgram = Path.GetFullPath(saker) },
                },
                CancellationToken.None);
            Console.WriteLine($"start, with tables: {watch.ElapsedMilliseconds} ms; resident at rest {store.Engine!.ResidentBytes >> 20} MB");
            await PlainAsync(store, events, seconds);
            await store.Client.ExecuteAsync("TRUNCATE TABLE events", CancellationToken.None);
            await InsertAsync(store, events, seconds, rate: 0);
            await InsertAsync(store, events, seconds, Rate);
            Search(store, "verb=create objectRef.resource=pods objectRef.subresource=exec");
            Search(store, "verb=get");
            Search(store, "kube-system");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>What the soak's senders send: the ratio of its rate to what follows is what the server costs.</summary>
    private static List<ReceivedEvent> SoakEvents()
    {
        var (list, taken) = (new AuditList(100, 2000), new Taken());
        var decoder = new RecordDecoder(new IngestOptions());
        for (var i = 0; taken.Events.Count < 8 * BatchEvents; i++)
        {
            decoder.Decode(list.Next(i, matches: false, TimeProvider.System.GetUtcNow()), new RecordPlace("soak", i, default), taken, new Wrapping { Cluster = "soak" });
        }

        return taken.Events;
    }

    private static List<ReceivedEvent> Events(ReadOnlyMemory<byte> log)
    {
        var events = new List<ReceivedEvent>();
        for (var rest = log; rest.Span.IndexOf((byte)'\n') is var end and > 0; rest = rest[(end + 1)..])
        {
            events.Add(new ReceivedEvent(new Event { Raw = rest[..end], Index = "kubernetes", Source = "kubernetes", Sourcetype = "_json", Cluster = "prod" }, EventKind.Audit));
        }

        return events;
    }

    /// <summary>What ClickHouse takes when nothing but sending is done: bodies are ready, no checks.</summary>
    private static async Task PlainAsync(ClickHouseStore store, List<ReceivedEvent> events, int seconds)
    {
        var columns = new EventColumns(isMetric: false);
        var bodies = new List<byte[]>();
        for (var from = 0; from + BatchEvents <= events.Count && bodies.Count < 8; from += BatchEvents)
        {
            var body = new MemoryStream();
            using (var writer = new RowBinaryWriter(body))
            {
                var batch = Batch(events, from, BatchEvents, from);
                for (var i = 0; i < batch.Count; i++)
                {
                    columns.Write(writer, batch[i], (ulong)from, i);
                }

                writer.Flush();
            }

            bodies.Add(body.ToArray());
        }

        using var http = new HttpClient();
        var address = store.Engine!.Address!;
        http.DefaultRequestHeaders.Add(address.Headers[0].Key, address.Headers[0].Value);
        var (watch, sent, most) = (Stopwatch.StartNew(), 0L, 0L);
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            using var content = new ByteArrayContent(bodies[(int)(sent % bodies.Count)]);
            using var response = await http.PostAsync(new Uri($"{address.Url}?async_insert=0&insert_deduplicate=0&query={Uri.EscapeDataString(columns.InsertSql)}"), content);
            response.EnsureSuccessStatusCode();
            sent++;
            most = Math.Max(most, store.Engine.ResidentBytes);
        }

        Console.WriteLine($"plain HTTP insert: {sent * BatchEvents / watch.Elapsed.TotalSeconds:#,0} rows/s, {sent * bodies[0].Length / watch.Elapsed.TotalSeconds / 1e6:#,0} MB/s; resident at most {most >> 20} MB");
    }

    private static async Task InsertAsync(ClickHouseStore store, List<ReceivedEvent> events, int seconds, int rate)
    {
        var (watch, sent, most, longest) = (Stopwatch.StartNew(), 0L, 0L, TimeSpan.Zero);
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            var from = watch.Elapsed;
            await store.Events.InsertAsync(Batch(events, (int)(sent % (events.Count / BatchEvents)) * BatchEvents, BatchEvents, (rate * 1_000_000L) + sent), $"{rate}/{sent}", CancellationToken.None);
            sent++;
            most = Math.Max(most, store.Engine!.ResidentBytes);
            longest = watch.Elapsed - from > longest ? watch.Elapsed - from : longest;
            var ahead = rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)sent * BatchEvents / rate) - watch.Elapsed;
            if (ahead > TimeSpan.Zero)
            {
                await Task.Delay(ahead);
            }
        }

        Console.WriteLine(
            $"through the store{(rate == 0 ? "" : $" at {rate:#,0} events/s")}: {sent * BatchEvents / watch.Elapsed.TotalSeconds:#,0} rows/s; resident at most {most >> 20} MB; longest insert {longest.TotalMilliseconds:0} ms");
    }

    /// <summary>Events that differ from those of other batches, spread over a day.</summary>
    private static List<ReceivedEvent> Batch(List<ReceivedEvent> events, int from, int count, long salt)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1_000_000_000;
        return
        [
            .. Enumerable.Range(from, count).Select(i =>
            {
                var (e, time) = (events[i].Event, now - (24 * Hour) + ((long)((i - from) / (double)count * 24) * Hour) + (salt * 1000) + i);
                return new ReceivedEvent(
                    new Event { Raw = e.Raw, Index = e.Index, Source = e.Source, Sourcetype = e.Sourcetype, Cluster = e.Cluster, TimeNanoseconds = time, IndexTimeNanoseconds = now },
                    EventKind.Audit, isView: false, events[i].Identity + (UInt128)salt);
            }),
        ];
    }

    private sealed class Taken : IDecodeSink
    {
        public List<ReceivedEvent> Events { get; } = [];

        public void Accept(Event e, EventKind kind, bool truncated) => Events.Add(new ReceivedEvent(e.Copied(), kind));

        public void Other(string reason)
        {
        }

        public void Reject(in RecordPlace place, string reason) => throw new InvalidOperationException(reason);
    }

    private static void Search(ClickHouseStore store, string search)
    {
        var request = SearchPlanner.Plan(PipelineParser.Parse($"search {search} | stats count")).Request!;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1_000_000_000;
        var all = long.Parse(store.Client.ExecuteAsync("SELECT count() FROM events", CancellationToken.None).GetAwaiter().GetResult(), System.Globalization.CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        var found = store.Events.Read(request, new TimeRange(now - (13 * Hour), now - (12 * Hour)), CancellationToken.None).LongCount();
        Console.WriteLine($"an hour of the day, {search}: {found:#,0} of {all:#,0} events in {watch.ElapsedMilliseconds:#,0} ms");
    }
}
