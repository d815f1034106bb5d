using System.CommandLine;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Cli.Sending.Canaries;
using Saker.Server.Serving;

namespace Saker.Cli.Commands;

/// <summary><c>saker canary</c>: whether what is sent comes through, and how fast.</summary>
internal static class CanaryCommand
{
    private const string Help = """
        Sends a marked event through each way into a server, and tells how long it took until it was stored, until its risk event, and, with --output, until that output took
        the notice of it; or where it got stuck.

        The ways are hec, audit (the webhook of kube-apiserver), falco, otlp (HTTP), grpc (where the server listens for it) and, with --file, a file that the server follows: a
        line is appended to it. A marked event says of itself that it is a test. It counts for nobody's score and makes no finding; nobody is told of it but the output that is named.

        Times are from sending to seeing, looked at ten times a second.

        Examples:
          saker canary
          saker canary --output slack
          saker canary --source hec --source file --file /var/log/saker/canary.log --format json

        Exit codes: 0 all came through, 1 something did not, 64 wrong usage, 69 the server does not answer or refuses.
        """;

    public static Command Create()
    {
        var output = new Option<string?>("--output") { Description = "An output of the server, which then gets a notice for each event, marked as a test.", HelpName = "NAME" };
        var source = new Option<string[]>("--source") { Description = "Only this way; repeatable.", HelpName = "WAY" };
        source.AcceptOnlyFromAmong([.. CanaryWay.All.Select(w => w.Name)]);
        var file = new Option<string?>("--file") { Description = "A file that the server follows.", HelpName = "PATH" };
        var timeout = new Option<int>("--timeout") { Description = "How many seconds to wait.", DefaultValueFactory = _ => 30, HelpName = "SECONDS" };
        var format = ServerList.Format();
        var command = new Command("canary", Help);
        foreach (var option in (Option[])[output, source, file, timeout, format])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var seconds = parsed.GetValue(timeout);
            if (seconds is < 1 or > 3600)
            {
                throw new UsageException($"--timeout {seconds}: write 1 to 3600 seconds");
            }

            var named = parsed.GetValue(source) ?? [];
            var path = parsed.GetValue(file);
            var ways = CanaryWay.All.Where(w => named.Length > 0 ? named.Contains(w.Name) : w.Name != CanaryWay.File || path is not null).ToList();
            var isWhole = true;
            var exit = await ServerList.GuardedAsync(async server =>
            {
                var run = new CanaryRun(server, parsed.GetValue(output), path, TimeSpan.FromSeconds(seconds), TimeProvider.System);
                var flights = await run.RunAsync(ways, cancellation).ConfigureAwait(false);
                // What nobody asked for and the server does not have is not broken.
                flights = named.Length > 0 ? flights : [.. flights.Where(f => !f.IsAbsent)];
                isWhole = flights.All(f => f.Problem is null);
                Write(run.Id, parsed.GetValue(output), flights, parsed.GetValue(format) == "json");
            }).ConfigureAwait(false);
            return exit != ExitCode.Nothing ? exit : isWhole ? ExitCode.Nothing : ExitCode.Failed;
        });
        return command;
    }

    private static void Write(string id, string? output, IReadOnlyList<CanaryFlight> flights, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    Canary = id,
                    Output = output,
                    Sources = flights.Select(f => new { Source = f.Way.Name, TakenSeconds = Seconds(f.Taken), StoredSeconds = Seconds(f.Stored), RiskEventSeconds = Seconds(f.RiskEvent), NotifiedSeconds = Seconds(f.Notified), f.Problem }),
                },
                StatusReport.Json));
            return;
        }

        using var target = OutputTarget.Open(null);
        using var writer = new StreamWriter(target.Stream);
        var columns = new List<CellTable.Column> { new("source", false), new("taken", true), new("stored", true), new("risk event", true) };
        if (output is not null)
        {
            columns.Add(new(SafeText.Of(output), true));
        }

        columns.Add(new("", false));
        var table = new CellTable(columns);
        foreach (var f in flights)
        {
            IEnumerable<TimeSpan?> times = output is null ? [f.Taken, f.Stored, f.RiskEvent] : [f.Taken, f.Stored, f.RiskEvent, f.Notified];
            table.Add([f.Way.Name, .. times.Select(t => t is { } took ? $"{took.TotalSeconds:0.00} s" : "-"), f.Problem is null ? "came through" : SafeText.Of(f.Problem)]);
        }

        table.Write(writer, target.Width, name => target.IsTerminal ? $"\e[1m{name}\e[0m" : name);
        if (output is null && flights.All(f => f.Problem is null))
        {
            writer.WriteLine();
            writer.WriteLine("Nobody was told. --output NAME tries an output as well; `saker notify list` shows what they took.");
        }
    }

    private static double? Seconds(TimeSpan? time) => time is { } took ? Math.Round(took.TotalSeconds, 3) : null;
}
