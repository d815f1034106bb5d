using System.Diagnostics;
using System.Globalization;
using Saker.Benchmarks.Soak;

namespace Saker.Benchmarks.Hostile;

/// <summary>
/// <c>hostile [--case NAME] [--requests N] [--seed N] [--seconds N] [--rate EVENTS] [--program saker]</c>: does to a real server what a hostile world does, one case after the other, and prints a table of what happened.
/// Beside each case well-behaved senders send, and must notice little.
/// </summary>
internal sealed class HostileRun
{
    private static readonly (string Name, string What, Func<HostileRun, Task<Outcome>> RunAsync)[] Cases =
    [
        ("store-away", "ClickHouse is away", StoreCases.AwayAsync),
        ("store-slow", "ClickHouse takes 64 kB in 150 ms", StoreCases.SlowAsync),
        ("clock-forward", "the clock jumps an hour forward", run => ClockCase.RunAsync(run, 3600)),
        ("clock-back", "the clock jumps an hour back", run => ClockCase.RunAsync(run, -3600)),
        ("times", "events of 1970, of 2099 and of 150 days in a batch", TimeCase.RunAsync),
        ("connections", "1,000 connections, each sending", ConnectionCases.ManyAsync),
        ("slow-loris", "500 trickling headers, 500 trickling bodies", ConnectionCases.SlowAsync),
        ("large", "events of 64 MiB, eight at once", LargeCases.EventsAsync),
        ("many", "64 MiB of events of one byte", LargeCases.ManyEventsAsync),
        ("bomb", "gzip bombs of 10 GB, twenty at once", LargeCases.BombsAsync),
        ("disk", "the disk is full (a small tmpfs)", DiskCase.RunAsync),
        ("fuzz", "malformed requests over all endpoints", FuzzCase.RunAsync),
    ];

    private readonly string[] arguments;
    private int servers;

    private HostileRun(string[] arguments) => this.arguments = arguments;

    public int Requests => Number("--requests", 100_000);

    /// <summary>How long the store is in trouble.</summary>
    public TimeSpan Trouble => TimeSpan.FromSeconds(Number("--seconds", 20));

    /// <summary>Events a second that come meanwhile.</summary>
    public int Rate => Number("--rate", 4000);

    public int Seed => Number("--seed", 1);

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("saker-hostile-").FullName;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string[] options = ["--case", "--requests", "--seed", "--seconds", "--rate", "--program"];
        if (arguments.Length % 2 == 1 || arguments.Where((_, i) => i % 2 == 0).Any(a => !options.Contains(a)))
        {
            await Console.Error.WriteLineAsync(
                $"bench/hostile [--case {string.Join(',', Cases.Select(c => c.Name))}] [--requests N --seed N: of fuzz] [--seconds N --rate EVENTS: of store-away and store-slow] [--program saker]");
            return 64;
        }

        var run = new HostileRun(arguments);
        var wanted = run.Text("--case")?.Split(',');
        var isWell = true;
        Console.WriteLine("| case | what happened | memory at most (server, engine) |\n|---|---|---|");
        foreach (var (name, what, act) in Cases.Where(c => wanted is null || wanted.Contains(c.Name)))
        {
            var outcome = await run.TryAsync(act);
            isWell &= outcome.IsWell;
            Console.WriteLine($"| {what} | {(outcome.IsWell ? "" : "**FAILED** ")}{outcome.What} | {run.Memory} |");
        }

        System.IO.Directory.Delete(run.Directory, recursive: true);
        return isWell ? 0 : 1;
    }

    /// <summary>What the last server took, in words.</summary>
    public string Memory { get; private set; } = "";

    /// <summary>A new server over an empty directory.</summary>
    public SoakServer NewServer(string? data = null) =>
        new(new SoakOptions { Program = Text("--program") ?? "artifacts/saker/saker", Data = data ?? Path.Combine(Directory, (++servers).ToString(CultureInfo.InvariantCulture)) });

    /// <summary>Looks at its memory and its log once more.</summary>
    public Outcome Closing(SoakServer server, Outcome outcome)
    {
        server.Sample();
        Memory = $"{server.Peak.Server >> 20} MB, {server.Peak.Engine >> 20} MB";
        return server.Errors.Count > 0 ? outcome with { IsWell = false, What = $"{outcome.What}; it said: {server.Errors[0]}" } : outcome;
    }

    /// <summary>Samples memory while something is done.</summary>
    public static async Task WhileSampling(SoakServer server, Task work)
    {
        while (!work.IsCompleted)
        {
            server.Sample();
            await Task.WhenAny(work, Task.Delay(200));
        }

        await work;
    }

    private async Task<Outcome> TryAsync(Func<HostileRun, Task<Outcome>> act)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var outcome = await act(this);
            return outcome with { What = $"{outcome.What} ({watch.Elapsed.TotalSeconds:N0} s)" };
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return new Outcome(false, $"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    private int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private string? Text(string name) => Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
}
