using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker detections</c>, <c>saker windows</c>, <c>saker entities</c>: what runs on a server, and what came of it.</summary>
internal static class DetectionsCommand
{
    private const string Help = """
        Lists the detections of a server and turns them on and off, without touching content.

        A detection that is enabled starts now; `backfill` evaluates windows from before, and never tells anything twice.

        Examples:
          saker detections
          saker detections disable kubernetes_suspicious_image_pulling
          saker detections backfill kubernetes_access_scanning --from -7d --to now
          saker detections schedule kubernetes_access_scanning --cron '*/10 * * * *' --earliest -20m@m --latest -1m@m

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer or refuses.
        """;

    public static Command Create()
    {
        var format = ServerList.Format();
        var command = new Command("detections", Help) { Choose("enable", "Runs a detection from now on."), Choose("disable", "Stops running a detection."), Backfill(), Schedule() };
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => ServerList.RunAsync("api/v1/detections", "detections", parsed.GetValue(format) == "json", Detections, "no detections", "saker detections enable NAME, disable NAME, schedule NAME --cron …; all of one: saker show NAME", cancellation));
        return command;
    }

    public static Command CreateWindows()
    {
        var format = ServerList.Format();
        var earliest = new Option<string>("--earliest") { Description = "Runs from this time on.", DefaultValueFactory = _ => "-24h", HelpName = "TIME" };
        var state = new Option<string?>("--state") { Description = "open, owed, done, failed or reopened.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("open", "owed", "done", "failed", "reopened");
        var command = new Command("windows", "Lists the ledger of a server: each window of each detection, when it was evaluated and what came of it; the latest first.");
        command.Options.Add(earliest);
        command.Options.Add(state);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => ServerList.RunAsync(
            $"api/v1/windows?earliest={Uri.EscapeDataString(parsed.GetValue(earliest)!)}&state={Uri.EscapeDataString(parsed.GetValue(state) ?? "")}", "windows", parsed.GetValue(format) == "json", Windows, "no windows: the ledger has a row when a detection's time has come, or it saw something before; `saker detections` shows when they run", "", cancellation));
        return command;
    }

    public static Command CreateEntities()
    {
        var format = ServerList.Format();
        var earliest = new Option<string>("--earliest") { Description = "Risk events from this time on.", DefaultValueFactory = _ => "-7d", HelpName = "TIME" };
        var command = new Command("entities", "Lists users, addresses and hosts of a server by what their risk events add up to.");
        command.Options.Add(earliest);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => ServerList.RunAsync(
            $"api/v1/entities?earliest={Uri.EscapeDataString(parsed.GetValue(earliest)!)}", "entities", parsed.GetValue(format) == "json", Entities, "no risk events; `saker windows` shows what was looked at, `saker status` what came in", "What is behind one: saker search 'index=risk risk_object=NAME | table _time search_name risk_score risk_message' --earliest -7d", cancellation));
        return command;
    }

    private static Command Choose(string verb, string description)
    {
        var name = new Argument<string>("NAME") { Description = "The detection's name, id or file stem." };
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, cancellation) => ServerList.GuardedAsync(async server =>
        {
            using var answer = await server.ChangeAsync(HttpMethod.Post, $"api/v1/detections/{Uri.EscapeDataString(parsed.GetValue(name)!)}/{verb}", "{}", cancellation).ConfigureAwait(false);
            Console.WriteLine(SafeText.Of($"{answer.RootElement.GetProperty("name").GetString()} is {verb}d."));
        }));
        return command;
    }

    private static Command Backfill()
    {
        var name = new Argument<string>("NAME") { Description = "The detection's name, id or file stem." };
        var from = new Option<string>("--from") { Description = "The oldest event to look at.", Required = true, HelpName = "TIME" };
        var to = new Option<string>("--to") { Description = "The newest.", DefaultValueFactory = _ => "now", HelpName = "TIME" };
        var command = new Command("backfill", "Evaluates the windows of a stretch of time, whether they were before or not.") { name };
        command.Options.Add(from);
        command.Options.Add(to);
        command.SetAction((parsed, cancellation) => ServerList.GuardedAsync(async server =>
        {
            var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["from"] = parsed.GetValue(from)!, ["to"] = parsed.GetValue(to)! });
            using var answer = await server.ChangeAsync(HttpMethod.Post, $"api/v1/detections/{Uri.EscapeDataString(parsed.GetValue(name)!)}/backfill", body, cancellation).ConfigureAwait(false);
            var count = answer.RootElement.GetProperty("windows").GetInt32();
            Console.WriteLine($"{Counted.Of(count, "window")} {(count == 1 ? "is" : "are")} owed; `saker windows` shows them.");
        }));
        return command;
    }

    private static Command Schedule()
    {
        var name = new Argument<string>("NAME") { Description = "The detection's name, id or file stem." };
        var parts = new[] { ("cron", "Five fields.", "CRON"), ("earliest", "From when on it looks.", "TIME"), ("latest", "Until when.", "TIME") }
            .Select(p => new Option<string?>("--" + p.Item1) { Description = p.Item2, HelpName = p.Item3 }).ToList();
        var reset = new Option<bool>("--reset") { Description = "Leave it to the configuration and the content again." };
        var command = new Command("schedule", "Changes when a detection runs, from now on; content stays as it is.") { name };
        parts.ForEach(command.Options.Add);
        command.Options.Add(reset);
        command.SetAction((parsed, cancellation) =>
        {
            var body = parts.Where(p => parsed.GetValue(p) is not null).ToDictionary(p => p.Name.TrimStart('-'), p => parsed.GetValue(p)!);
            if (body.Count == 0 == !parsed.GetValue(reset))
            {
                throw new UsageException("name --cron, --earliest or --latest, or --reset");
            }

            return ServerList.GuardedAsync(async server =>
            {
                var path = $"api/v1/detections/{Uri.EscapeDataString(parsed.GetValue(name)!)}/schedule";
                using var answer = await server.ChangeAsync(parsed.GetValue(reset) ? HttpMethod.Delete : HttpMethod.Put, path, JsonSerializer.Serialize(body), cancellation).ConfigureAwait(false);
                Console.WriteLine(SafeText.Of($"{Text(answer.RootElement, "name")} runs at {Text(answer.RootElement, "cron")} over {Text(answer.RootElement, "earliest")} to {Text(answer.RootElement, "latest")}."));
            });
        });
        return command;
    }

    private static IReadOnlyList<ServerColumn> Detections { get; } =
    [
        new("runs", d => d.GetProperty("is_enabled").GetBoolean() ? "on" : "off", IsWhole: true),
        new("type", d => Text(d, "type") is "Ttp" ? "TTP" : Text(d, "type"), IsWhole: true),
        new("cron", d => Text(d, "cron") + (d.GetProperty("is_rescheduled").GetBoolean() ? " (changed)" : ""), IsWhole: true),
        new("looks at", d => $"{Text(d, "earliest")} to {Text(d, "latest")}", IsWhole: true),
        new("detection", d => Text(d, "name")),
    ];

    private static IReadOnlyList<ServerColumn> Windows { get; } =
    [
        new("run (UTC)", w => Time(w, "scheduled_time")[5..^3], IsWhole: true),
        new("state", w => Text(w, "state"), IsWhole: true),
        new("matched", w => Number(w, "matched"), IsRight: true),
        new("rows", w => Number(w, "rows"), IsRight: true),
        new("risk", w => Number(w, "written"), IsRight: true),
        new("late", w => w.GetProperty("late").GetInt64() == 0 ? "" : Number(w, "late"), IsRight: true),
        new("took", w => w.GetProperty("duration_seconds").GetDouble().ToString("0.00 s", CultureInfo.InvariantCulture), IsRight: true),
        new("detection", w => Text(w, "detection")),
        new("error", w => Text(w, "error")),
    ];

    private static IReadOnlyList<ServerColumn> Entities { get; } =
    [
        new("score", e => Number(e, "risk_score"), IsRight: true),
        new("entity", e => $"{Text(e, "type")} {Text(e, "entity")}"),
        new("risk events", e => Number(e, "risk_events"), IsRight: true),
        new("last (UTC)", e => Time(e, "last_time")[..^3], IsWhole: true),
        new("tactics", e => string.Join(", ", e.GetProperty("tactics").EnumerateArray().Select(t => t.GetString()))),
        new("known of it", e => string.Join(", ", e.GetProperty("details").EnumerateObject().Select(d => $"{d.Name} {string.Join('+', d.Value.EnumerateArray().Select(v => v.GetString()))}"))),
    ];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Number(JsonElement element, string name) => element.GetProperty(name).GetInt64().ToString("#,0", CultureInfo.InvariantCulture);

    private static string Time(JsonElement element, string name) => element.GetProperty(name).GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
