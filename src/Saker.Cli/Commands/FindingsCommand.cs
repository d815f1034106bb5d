using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;

namespace Saker.Cli.Commands;

/// <summary><c>saker findings</c> and <c>saker finding</c>: what an analyst works on.</summary>
internal static class FindingsCommand
{
    private const string Help = """
        Lists the findings of a server, the latest first.

        Examples:
          saker findings
          saker findings --state new --format json

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer.
        """;

    private const string OneHelp = """
        Shows a finding: what it rests on and what was done. With options it changes it.

        Examples:
          saker finding 3f2a9c0d11aa4b70
          saker finding 3f2a9c0d11aa4b70 --owner ann --state in_progress
          saker finding 3f2a9c0d11aa4b70 --state closed --disposition benign --note 'the nightly backup'

        Exit codes: 0 done, 64 wrong usage, 69 the server does not answer or refuses.
        """;

    public static Command Create()
    {
        var command = new Command("findings", Help);
        var state = new Option<string?>("--state") { Description = "new, in_progress or closed.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("new", "in_progress", "closed");
        var format = ServerList.Format();
        command.Options.Add(state);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => ServerList.RunAsync(
            "api/v1/findings" + (parsed.GetValue(state) is { } wanted ? "?state=" + wanted : ""), "findings", parsed.GetValue(format) == "json", Columns, "no findings; `saker entities` shows what risk events add up to", "One of them: saker finding ID", cancellation));
        return command;
    }

    public static Command CreateOne()
    {
        var id = new Argument<string>("ID") { Description = "The finding's id." };
        var options = new[] { "state", "disposition", "owner", "note" }.Select(n => new Option<string?>("--" + n) { Description = Describe(n), HelpName = n.ToUpperInvariant() }).ToList();
        var command = new Command("finding", OneHelp) { id };
        options.ForEach(command.Options.Add);
        command.SetAction((parsed, cancellation) =>
        {
            var changes = options.Where(o => parsed.GetValue(o) is not null).ToDictionary(o => o.Name.TrimStart('-'), o => parsed.GetValue(o)!);
            return ServerList.GuardedAsync(async server =>
            {
                var path = "api/v1/findings/" + Uri.EscapeDataString(parsed.GetValue(id)!);
                using var finding = changes.Count == 0 ? await server.GetAsync(path, cancellation).ConfigureAwait(false) : await server.ChangeAsync(HttpMethod.Patch, path, JsonSerializer.Serialize(changes), cancellation).ConfigureAwait(false);
                Write(finding.RootElement);
            });
        });
        return command;
    }

    private static string Describe(string option) => option switch
    {
        "state" => "new, in_progress or closed.",
        "disposition" => "What it turned out to be: true_positive, false_positive, benign or undetermined.",
        "owner" => "Who works on it; empty for nobody.",
        _ => "A note to add.",
    };

    private static IReadOnlyList<ServerColumn> Columns { get; } =
    [
        new("id", f => Text(f, "id"), IsWhole: true),
        new("state", f => Text(f, "state") + (Text(f, "disposition") is { Length: > 0 } and not "undetermined" and var turned ? $", {turned}" : "")),
        new("score", f => f.GetProperty("score").GetInt32().ToString("#,0", CultureInfo.InvariantCulture), IsRight: true),
        new("updated (UTC)", f => Time(f, "updated")[..^3], IsWhole: true),
        new("about", f => $"{Text(f, "entity_type")} {Text(f, "entity")}"),
        new("title", f => Text(f, "title")),
        new("owner", f => Text(f, "owner")),
    ];

    private static void WriteLine(JsonElement finding) => Console.WriteLine(SafeText.Of(
        $"{Text(finding, "id")}  {Text(finding, "state"),-11} {finding.GetProperty("score").GetInt32().ToString(CultureInfo.InvariantCulture),5}  {Time(finding, "updated")}  {Text(finding, "entity_type")} {Text(finding, "entity")}  {Text(finding, "title")}{(Text(finding, "owner") is { Length: > 0 } owner ? $"  ({owner})" : "")}"));

    private static void Write(JsonElement finding)
    {
        WriteLine(finding);
        Console.WriteLine(SafeText.Of($"  {string.Join(", ", finding.GetProperty("tactics").EnumerateArray().Select(t => t.GetString()))}  {string.Join(' ', finding.GetProperty("techniques").EnumerateArray().Select(t => t.GetString()))}"));
        Console.WriteLine("\nrests on");
        foreach (var e in finding.GetProperty("evidence").EnumerateArray())
        {
            Console.WriteLine(SafeText.Of($"  {Time(e, "first_time")}  {e.GetProperty("score").GetInt32(),3}  {Text(e, "detection")}: {Text(e, "message")}"));
        }

        Console.WriteLine("\nhistory");
        foreach (var entry in finding.GetProperty("history").EnumerateArray().Concat(finding.GetProperty("notes").EnumerateArray()))
        {
            Console.WriteLine(SafeText.Of($"  {Time(entry, "at")}  {Text(entry, "who")}: {Text(entry, "what")}"));
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Time(JsonElement element, string name) => element.GetProperty(name).GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
