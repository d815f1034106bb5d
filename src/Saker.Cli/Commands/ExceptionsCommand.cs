using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;

namespace Saker.Cli.Commands;

/// <summary><c>saker exceptions</c>: what nobody needs to hear of.</summary>
internal static class ExceptionsCommand
{
    private const string Help = """
        Shows and makes exceptions on a server: what a detection is right to see and nobody needs to hear of.

        An exception names a detection, fields of its rows or a cluster, a reason, and often when it ends. `hide` keeps the risk event and its score, makes no finding and tells nobody; `ignore` leaves it out.
        Before one is kept, what it would have covered is looked up in 30 days, and the detection's own tests run with it.

        Examples:
          saker exceptions list
          saker exceptions check kubernetes_pod_created_in_default_namespace --field user=system:serviceaccount:backup:*
          saker exceptions add kubernetes_pod_created_in_default_namespace --field user=system:serviceaccount:backup:* --expires +90d --reason 'the nightly backup'
          saker exceptions propose 3f2a9c0d11aa4b70
          saker exceptions edit 0b9d6c1e-… --expires +30d
          saker exceptions remove 0b9d6c1e-…

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer or refuses.
        """;

    public static Command Create() => new("exceptions", Help) { List(), Change("check", "Tells what an exception would cover; keeps nothing."), Change("add", "Keeps an exception, unless it covers what the detection's own tests expect."), Propose(), Edit(), Remove() };

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "active or ended; both by default.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("active", "ended");
        var format = ServerList.Format();
        var command = new Command("list", "Lists exceptions, those of the content too, with how many risk events each covered.");
        command.Options.Add(state);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => ServerList.RunAsync($"api/v1/exceptions?state={parsed.GetValue(state)}", "exceptions", parsed.GetValue(format) == "json", Columns, "no exceptions; `saker exceptions propose FINDING` writes some", "", cancellation));
        return command;
    }

    private static Command Change(string verb, string description)
    {
        var detection = new Argument<string>("DETECTION") { Description = "Its name, id or file stem, with * and ?." };
        var fields = new Option<string[]>("--field") { Description = "A field of the detection's rows, risk_object or threat_object, and a pattern with * and ?, or a network; again for more.", HelpName = "NAME=PATTERN" };
        var clusters = new Option<string[]>("--cluster") { Description = "Only in this cluster.", HelpName = "PATTERN" };
        var action = new Option<string>("--action") { Description = "hide or ignore.", DefaultValueFactory = _ => "hide", HelpName = "ACTION" };
        action.AcceptOnlyFromAmong("hide", "ignore");
        var texts = (verb == "add" ? (string[])["reason", "expires", "starts", "finding", "name"] : []).Select(n => new Option<string?>("--" + n) { Description = Describe(n), HelpName = n is "expires" or "starts" ? "TIME" : n == "finding" ? "ID" : "TEXT" }).ToList();
        var anyway = new Option<bool>("--anyway") { Description = "Keep it although it breaks tests." };
        var command = new Command(verb, description) { detection, fields, clusters, action };
        texts.ForEach(command.Options.Add);
        if (verb == "add")
        {
            command.Options.Add(anyway);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var body = new Dictionary<string, object>
            {
                ["detection"] = parsed.GetValue(detection)!,
                ["fields"] = Fields(parsed.GetValue(fields) ?? []),
                ["clusters"] = parsed.GetValue(clusters) ?? [],
                ["action"] = parsed.GetValue(action)!,
            };
            foreach (var text in texts.Where(t => parsed.GetValue(t) is not null))
            {
                body[text.Name.TrimStart('-')] = parsed.GetValue(text)!;
            }

            if (verb == "add")
            {
                body["anyway"] = parsed.GetValue(anyway);
            }

            return ServerList.GuardedAsync(async server =>
            {
                using var answer = await server.ChangeAsync(HttpMethod.Post, verb == "add" ? "api/v1/exceptions" : "api/v1/exceptions/check", JsonSerializer.Serialize(body), cancellation).ConfigureAwait(false);
                WriteEffect(verb == "add" ? answer.RootElement.GetProperty("effect") : answer.RootElement);
                if (verb == "add")
                {
                    Console.WriteLine($"kept as {answer.RootElement.GetProperty("id").GetString()}");
                }
            });
        });
        return command;
    }

    private static Command Propose()
    {
        var id = new Argument<string>("FINDING") { Description = "The finding's id." };
        var command = new Command("propose", "Writes what exceptions for a finding might be, as commands: put in why, and take out what is too narrow.") { id };
        command.SetAction((parsed, cancellation) => ServerList.GuardedAsync(async server =>
        {
            using var answer = await server.GetAsync($"api/v1/findings/{Uri.EscapeDataString(parsed.GetValue(id)!)}/exceptions", cancellation).ConfigureAwait(false);
            foreach (var x in answer.RootElement.GetProperty("exceptions").EnumerateArray())
            {
                Console.WriteLine(SafeText.Of($"saker exceptions add {Quoted(Text(x, "detection"))}{Options(x)} --finding {Text(x, "finding")} --expires +90d --reason '…'"));
            }
        }));
        return command;
    }

    private static Command Edit()
    {
        var id = new Argument<string>("ID") { Description = "The exception's id." };
        var reason = new Option<string?>("--reason") { Description = "Why; who reads it later must know.", HelpName = "TEXT" };
        var expires = new Option<string?>("--expires") { Description = "When it ends: +90d, 2026-12-31; never for no end.", HelpName = "TIME" };
        var command = new Command("edit", "Changes why an exception is there and when it ends. To cover something else, make another one.") { id };
        command.Options.Add(reason);
        command.Options.Add(expires);
        command.SetAction((parsed, cancellation) =>
        {
            var body = new Dictionary<string, object?>();
            if (parsed.GetValue(reason) is { } why)
            {
                body["reason"] = why;
            }

            if (parsed.GetValue(expires) is { } end)
            {
                body["expires"] = end == "never" ? null : end;
            }

            if (body.Count == 0)
            {
                throw new UsageException("name --reason or --expires");
            }

            return ServerList.GuardedAsync(async server =>
            {
                var path = "api/v1/exceptions/" + Uri.EscapeDataString(parsed.GetValue(id)!);
                // What somebody else changed meanwhile is not overwritten.
                using var now = await server.GetAsync(path, cancellation).ConfigureAwait(false);
                if (now.RootElement.TryGetProperty("version", out var version))
                {
                    body["version"] = version.GetInt64();
                }

                using var changed = await server.ChangeAsync(HttpMethod.Patch, path, JsonSerializer.Serialize(body), cancellation).ConfigureAwait(false);
                ServerTable.Write(Columns, [changed.RootElement]);
            });
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("ID") { Description = "The exception's id." };
        var command = new Command("remove", "Ends an exception now. What it covered stays covered; it is listed as ended.") { id };
        command.SetAction((parsed, cancellation) => ServerList.GuardedAsync(async server =>
        {
            using var answer = await server.ChangeAsync(HttpMethod.Delete, "api/v1/exceptions/" + Uri.EscapeDataString(parsed.GetValue(id)!), "", cancellation).ConfigureAwait(false);
            Console.WriteLine($"ended at {answer.RootElement.GetProperty("expires").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}");
        }));
        return command;
    }

    private static Dictionary<string, List<string>> Fields(string[] given)
    {
        var fields = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var field in given)
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new UsageException($"--field {field}: write NAME=PATTERN");
            }

            (fields.TryGetValue(field[..at], out var patterns) ? patterns : fields[field[..at]] = []).Add(field[(at + 1)..]);
        }

        return fields;
    }

    private static void WriteEffect(JsonElement effect)
    {
        var (looked, covered) = (effect.GetProperty("looked").GetInt64(), effect.GetProperty("covered").GetInt64());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of {looked:#,0} risk events in 30 days this would have covered {covered:#,0}, score {effect.GetProperty("score").GetInt64():#,0}"));
        foreach (var e in effect.GetProperty("entities").EnumerateArray())
        {
            Console.WriteLine(SafeText.Of(string.Create(CultureInfo.InvariantCulture, $"  {e.GetProperty("risk_events").GetInt64(),6:#,0}  {Text(e, "type")} {Text(e, "entity")}")));
        }

        foreach (var e in effect.GetProperty("samples").EnumerateArray())
        {
            Console.WriteLine(SafeText.Of($"  {e.GetProperty("time").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {Text(e, "detection")}: {Text(e, "message")}"));
        }

        var broken = effect.GetProperty("tests_broken");
        Console.WriteLine($"tests of the detection that ran with it: {effect.GetProperty("tests_run").GetInt32()}, of which it breaks {broken.GetArrayLength()}");
        foreach (var test in broken.EnumerateArray())
        {
            Console.WriteLine(SafeText.Of($"  {test.GetString()}"));
        }
    }

    private static IReadOnlyList<ServerColumn> Columns { get; } =
    [
        new("id", x => Text(x, "id"), IsWhole: true),
        new("state", x => Text(x, "state"), IsWhole: true),
        new("action", x => Text(x, "action"), IsWhole: true),
        new("covered", x => x.GetProperty("hits").GetInt64().ToString("#,0", CultureInfo.InvariantCulture), IsRight: true),
        new("what", x => Text(x, "detection") + Options(x)),
        new("until", x => x.GetProperty("expires") is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "", IsWhole: true),
        new("author", x => Text(x, "author")),
        new("reason", x => Text(x, "reason")),
    ];

    private static string Options(JsonElement x) => string.Concat(
    [
        .. x.GetProperty("fields").EnumerateObject().SelectMany(f => f.Value.EnumerateArray().Select(v => $" --field {Quoted($"{f.Name}={v.GetString()}")}")),
        .. x.GetProperty("clusters").EnumerateArray().Select(c => $" --cluster {Quoted(c.GetString()!)}"),
    ]);

    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || "_-.:=/,@".Contains(c, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Describe(string option) => option switch
    {
        "reason" => "Why; who reads it later must know.",
        "expires" => "When it ends: +90d, 2026-12-31.",
        "starts" => "From when on it counts; now by default.",
        "finding" => "The finding that it is made for.",
        _ => "What it is called.",
    };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
