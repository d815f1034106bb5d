using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Cli.Sending;
using Saker.Notify;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker notify</c>: the outbox of a server, and trials of the outputs that notifications go to.</summary>
internal static class NotifyCommand
{
    private const string Help = """
        Shows what notifications a server sent, sends again what it gave up, and tries outputs.

        Examples:
          saker notify list --state dead
          saker notify resend --output slack
          saker notify test slack

        Exit codes: 0 done, 64 wrong usage, 65 the configuration has mistakes, 69 the server does not answer, or the output did not take it.
        """;

    private const string ListHelp = """
        Lists the outbox of a server, the newest first: what waits, was sent, or was given up, with the reason.

        Examples:
          saker notify list
          saker notify list --state dead --output slack --earliest -30d

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer.
        """;

    private const string ResendHelp = """
        Sends dead letters again: those that are named, or all of an output.

        Examples:
          saker notify resend slack/risk_event:0a1b2c
          saker notify resend --output slack

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer or refuses.
        """;

    private const string TestHelp = """
        Sends a notice that is marked as a test to one output, now and directly: past routes, quiet hours and the outbox. Tells what the receiver said.

        The server of this machine, or the one that SAKER_URL names, sends it. With --config, or where no server is known, this program does, by ./saker.yaml or /etc/saker/saker.yaml.

        Examples:
          saker notify test slack
          saker notify test soc --config /etc/saker/saker.yaml

        Exit codes: 0 the output took it, 64 wrong usage, 65 the configuration has mistakes, 69 the output did not take it.
        """;

    public static Command Create() => new("notify", Help) { List(), Resend(), Test() };

    private static Command List()
    {
        var command = new Command("list", ListHelp);
        var state = new Option<string?>("--state") { Description = "waiting, sent, dead or cancelled.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("waiting", "sent", "dead", "cancelled");
        var output = new Option<string?>("--output") { Description = "Of one output.", HelpName = "NAME" };
        var earliest = new Option<string>("--earliest") { Description = "Notices from this time on.", DefaultValueFactory = _ => "-7d", HelpName = "TIME" };
        var format = ServerList.Format();
        foreach (var option in (Option[])[state, output, earliest, format])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => ServerList.RunAsync(
            $"api/v1/notifications?earliest={Uri.EscapeDataString(parsed.GetValue(earliest)!)}&state={parsed.GetValue(state)}&output={Uri.EscapeDataString(parsed.GetValue(output) ?? "")}",
            "notifications", parsed.GetValue(format) == "json", Columns, "no notifications; `saker notify test OUTPUT` tries an output, `saker canary --output NAME` all the way to it", "", cancellation));
        return command;
    }

    private static Command Resend()
    {
        var command = new Command("resend", ResendHelp);
        var ids = new Argument<string[]>("ID") { Description = "As `saker notify list` shows it.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--output") { Description = "All dead letters of an output.", HelpName = "NAME" };
        command.Arguments.Add(ids);
        command.Options.Add(output);
        command.SetAction((parsed, cancellation) =>
        {
            var (named, all) = (parsed.GetValue(ids) ?? [], parsed.GetValue(output));
            if (named.Length == 0 == all is null)
            {
                throw new UsageException("name dead letters, or an output: --output NAME");
            }

            return ServerList.GuardedAsync(async server =>
            {
                var count = 0;
                foreach (var (key, value) in all is null ? named.Select(n => ("id", n)) : [("output", all)])
                {
                    using var answer = await server.ChangeAsync(HttpMethod.Post, "api/v1/notifications/resend", JsonSerializer.Serialize(new Dictionary<string, string> { [key] = value }), cancellation).ConfigureAwait(false);
                    count += answer.RootElement.GetProperty("resent").GetInt32();
                }

                Console.WriteLine($"{count} {(count == 1 ? "notice is" : "notices are")} sent again; `saker notify list` shows how far they got.");
            });
        });
        return command;
    }

    private static Command Test()
    {
        var command = new Command("test", TestHelp);
        var name = new Argument<string>("OUTPUT") { Description = "The output's name." };
        var config = new Option<string?>("--config") { Description = "The configuration; without a server.", HelpName = "FILE" };
        command.Arguments.Add(name);
        command.Options.Add(config);
        command.SetAction((parsed, cancellation) =>
        {
            using var server = parsed.GetValue(config) is null ? ServerClient.TryOpen() : null;
            return server is null ? TestAsync(parsed.GetValue(name)!, parsed.GetValue(config), cancellation) : TestOnServerAsync(parsed.GetValue(name)!, cancellation);
        });
        return command;
    }

    private static Task<int> TestOnServerAsync(string name, CancellationToken cancellation) => ServerList.GuardedAsync(async server =>
    {
        using var answer = await server.ChangeAsync(HttpMethod.Post, "api/v1/notifications/test", JsonSerializer.Serialize(new Dictionary<string, string> { ["output"] = name }), cancellation).ConfigureAwait(false);
        Console.WriteLine(SafeText.Of($"{name} took the test notice in {answer.RootElement.GetProperty("took_seconds").GetDouble() * 1000:0} ms."));
    });

    private static async Task<int> TestAsync(string name, string? config, CancellationToken cancellation)
    {
        var path = config ?? ((string[])["saker.yaml", "/etc/saker/saker.yaml"]).FirstOrDefault(File.Exists)
            ?? throw new UsageException("there is no saker.yaml here or in /etc/saker; name it with --config FILE");
        var (settings, mistakes) = Read(path);
        if (settings is null)
        {
            ContentOptions.Tell(mistakes);
            return ExitCode.Content;
        }

        if (settings.Outputs.FirstOrDefault(o => o.Name == name) is not { } chosen)
        {
            var names = settings.Outputs.Select(o => o.Name).ToList();
            throw new UsageException($"no output is called `{name}`{(names.Count == 0 ? $": {path} has no outputs" : $"; there are {string.Join(", ", names)}")}");
        }

        var (took, failure) = await OutputTrial.RunAsync(chosen, TimeProvider.System, cancellation).ConfigureAwait(false);
        if (failure is not null)
        {
            await Console.Error.WriteLineAsync($"saker: {name} ({chosen.Type}) did not take the test notice: {SafeText.Of(failure)}").ConfigureAwait(false);
            return ExitCode.Unavailable;
        }

        Console.WriteLine($"{name} ({chosen.Type}) took the test notice in {(long)took.TotalMilliseconds} ms.");
        return ExitCode.Nothing;
    }

    private static IReadOnlyList<ServerColumn> Columns { get; } =
    [
        new("created (UTC)", n => Time(n, "created"), IsWhole: true),
        new("state", n => n.GetProperty("state").GetString()!, IsWhole: true),
        new("score", n => n.GetProperty("score").GetInt32().ToString(CultureInfo.InvariantCulture), IsRight: true),
        new("id", n => n.GetProperty("id").GetString()!, IsWhole: true),
        new("title", n => n.GetProperty("title").GetString()!),
        new("sent or due (UTC)", n => n.GetProperty("state").GetString() switch { "sent" => Time(n, "sent_at"), "waiting" => $"due {Time(n, "due")}", _ => "" }),
        new("problem", n => n.GetProperty("last_error").GetString() is { Length: > 0 } error ? $"{(n.GetProperty("tries").GetInt32() is var tries and not 1 ? $"after {tries} tries" : "after 1 try")}: {error}" : ""),
    ];

    private static string Time(JsonElement element, string name) => element.GetProperty(name) is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";

    private static (NotifySettings? Settings, IReadOnlyList<Diagnostic> Mistakes) Read(string path)
    {
        try
        {
            return NotifyFile.Read(path, File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config {path}: {failure.Message}");
        }
    }
}
