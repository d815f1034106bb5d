using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Cli.Sending;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker status</c>: how the server is.</summary>
internal static class StatusCommand
{
    private const string Help = """
        Shows how a server is: what it takes, what waits, what each source sent and what became of it.

        It asks the server of this machine, or the one that SAKER_URL and SAKER_TOKEN name.

        Examples:
          saker status
          SAKER_URL=https://saker.example.com:8088 SAKER_TOKEN=skr_… saker status --format json

        Exit codes: 0 all is well, 64 wrong usage, 69 it does not answer, or something is wrong with it.
        """;

    public static Command Create()
    {
        var command = new Command("status", Help);
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("text", "json");
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(format) == "json", cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool isJson, CancellationToken cancellation)
    {
        using var server = ServerClient.Open();
        try
        {
            using var health = await server.GetAsync("api/v1/health", cancellation).ConfigureAwait(false);
            using var sources = await server.GetAsync("api/v1/sources", cancellation).ConfigureAwait(false);
            if (isJson)
            {
                Console.WriteLine($"{{\"health\":{health.RootElement.GetRawText()},\"sources\":{sources.RootElement.GetProperty("sources").GetRawText()}}}");
            }
            else
            {
                Write(server.Url, health.RootElement, sources.RootElement.GetProperty("sources"));
            }

            return Text(health.RootElement, "state") == "ready" ? ExitCode.Nothing : ExitCode.Unavailable;
        }
        catch (ServerException failure)
        {
            await Console.Error.WriteLineAsync($"saker: {SafeText.Of(failure.Message)}").ConfigureAwait(false);
            return ExitCode.Unavailable;
        }
    }

    private static void Write(string url, JsonElement health, JsonElement sources)
    {
        var (configuration, journal, store) = (health.GetProperty("configuration"), health.GetProperty("journal"), health.GetProperty("store"));
        Line("server", $"{url}  {Text(health, "state")}  version {Text(health, "version")}  up {TimeSpan.FromSeconds(Number(health, "uptime_seconds")):d\\.hh\\:mm\\:ss}  {Bytes(Number(health, "resident_bytes"))}");
        Line("configuration", $"{Text(configuration, "path") ?? "defaults"}  {Text(configuration, "hash")}  {Counted.Of(Number(configuration, "tokens"), "token")}");
        if (Text(configuration, "refused") is { } refused)
        {
            Line("", $"NOT LOADED: {refused}");
        }

        Line("content", Counted.Of(Number(health.GetProperty("content"), "detections"), "detection"));
        Line("journal", $"{Bytes(Number(journal, "bytes"))} of {Bytes(Number(journal, "most_bytes"))}, {Bytes(Number(journal, "pending_bytes"))} wait for the store, {Number(journal, "refused_batches"):#,0} batches refused");
        if (Text(journal, "last_failure") is { } failure)
        {
            Line("", $"the disk failed: {failure}");
        }

        Line("store", $"{Text(store, "where")}  {(Text(store, "problem") is { } problem ? $"AWAY: {problem}" : "takes events")}{(store.GetProperty("is_private").GetBoolean() ? $"  {Bytes(Number(store, "engine_resident_bytes"))}" : "")}");
        Line("dead letters", Number(health, "dead_letters") is var dead and > 0 ? $"{dead:#,0}; `saker deadletter list` shows why" : "0");
        Console.WriteLine();
        if (sources.GetArrayLength() == 0)
        {
            Console.WriteLine("No source has sent anything yet: `saker connect` shows how to, `saker canary` tries every way in.");
            return;
        }

        ServerTable.Write(
        [
            new("source", s => Text(s, "name")!),
            .. ((string[])["received", "stored", "deduplicated", "filtered", "rejected", "pending"]).Select(n => new ServerColumn(n == "deduplicated" ? "known" : n, s => Number(s, n) is var count && count == 0 && n is not ("received" or "stored") ? "" : count.ToString("#,0", CultureInfo.InvariantCulture), IsRight: true)),
            new("last (UTC)", s => s.TryGetProperty("last_seen", out var seen) && seen.ValueKind == JsonValueKind.String ? seen.GetDateTimeOffset().UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "never", IsWhole: true),
            new("", s => s.GetProperty("is_silent").GetBoolean() ? "SILENT" : ""),
        ], sources.EnumerateArray());
    }

    private static void Line(string name, string text) => Console.WriteLine(SafeText.Of($"{name,-14} {text}"));

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static string Bytes(long bytes) => bytes >= 1L << 30 ? $"{bytes / (double)(1L << 30):0.0} GB" : bytes >= 1 << 20 ? $"{bytes >> 20} MB" : $"{bytes >> 10} kB";
}
