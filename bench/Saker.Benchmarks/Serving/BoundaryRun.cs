using System.Globalization;

namespace Saker.Benchmarks.Serving;

/// <summary>Many detections whose windows all end at each minute, beside a stream of events: how long after its time each window is done, and what that costs.</summary>
internal sealed class BoundaryRun(int detections, int rate, double minutes, string program, string data)
{
    private const string Usage = """
        Saker.Benchmarks boundaries [--detections 200] [--rate 5000] [--minutes 10] [--program artifacts/saker/saker] [--data DIRECTORY]

          --detections 200   the five, copied with changes, at * * * * *
          --rate 5000        audit events a second, one in a hundred of which one of them may want
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (detections, rate, minutes, program, data) = (200, 5000, 10.0, "artifacts/saker/saker", Path.Combine(Path.GetTempPath(), $"saker-boundaries-{Environment.ProcessId}"));
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--detections": detections = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--rate": rate = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--minutes": minutes = double.Parse(value, CultureInfo.InvariantCulture); break;
                case "--program": program = value; break;
                case "--data": data = value; break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 64;
            }
        }

        return await new BoundaryRun(detections, rate, minutes, program, data).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var content = Path.Combine(data, "content");
        ManyDetections.Write(content, detections);
        using var server = new BenchServer(program, data, $"content: [{content}]\n");
        await server.StartAsync();
        using var over = new CancellationTokenSource();
        var (clock, noise) = (TimeProvider.System, new List<Task<long>>());
        for (var i = 0; i < 4; i++)
        {
            var stream = new ClusterNoise(0.01, 200, seed: i);
            noise.Add(Task.Run(() => stream.SendAsync(server, rate / 4, over.Token)));
        }

        var (began, processor) = (clock.GetUtcNow(), server.Sample());
        var until = began + TimeSpan.FromMinutes(minutes);
        while (clock.GetUtcNow() < until)
        {
            await Task.Delay(500);
            server.Sample();
        }

        var (ended, used) = (clock.GetUtcNow(), server.Sample() - processor);
        await over.CancelAsync();
        var sent = (await Task.WhenAll(noise)).Sum();
        await Task.Delay(6000);
        var lags = await LagsAsync(server, began.AddSeconds(5), ended);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{detections} detections at * * * * *, {sent / (ended - began).TotalSeconds:#,0} events a second for {(ended - began).TotalMinutes:0.0} minutes: {lags.Boundaries} boundaries, {lags.Done.Count:#,0} windows done, {lags.Missing:#,0} not"));
        Console.WriteLine($"window's time to its evaluation's end  {Quantiles.Of(lags.Done)}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server and engine: {100 * used / (ended - began):0} % of a processor, memory at most {server.Peak.Server >> 20} and {server.Peak.Engine >> 20} MB; {lags.Written:#,0} risk events"));
        return lags.Missing == 0 ? 0 : 1;
    }

    private async Task<(IReadOnlyList<double> Done, int Boundaries, long Missing, long Written)> LagsAsync(BenchServer server, DateTimeOffset from, DateTimeOffset to)
    {
        var (done, boundaries, written, next) = (new List<double>(), new HashSet<DateTimeOffset>(), 0L, "");
        do
        {
            using var json = await server.GetAsync($"/api/v1/windows?state=done&earliest={from.ToUnixTimeSeconds()}&latest={to.ToUnixTimeSeconds()}&limit=5000&after={next}");
            foreach (var w in json.RootElement.GetProperty("windows").EnumerateArray().Where(w => w.GetProperty("detection_id").GetString()!.StartsWith("00000000-0000-4000-9000", StringComparison.Ordinal)))
            {
                var run = w.GetProperty("scheduled_time").GetDateTimeOffset();
                boundaries.Add(run);
                written += w.GetProperty("written").GetInt64();
                done.Add((w.GetProperty("evaluated_at").GetDateTimeOffset() - run).TotalSeconds + w.GetProperty("duration_seconds").GetDouble());
            }

            next = json.RootElement.TryGetProperty("next", out var more) ? more.GetString() : null;
        }
        while (next is not null);
        return (done, boundaries.Count, ((long)boundaries.Count * detections) - done.Count, written);
    }
}
