using System.CommandLine;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Cli.Sending;

namespace Saker.Cli.Commands;

/// <summary>Verbs that show a list of the server's.</summary>
internal static class ServerList
{
    public static Option<string> Format()
    {
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("text", "json");
        return format;
    }

    /// <summary>Gets a list and writes it as a table.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">The answer's member that holds it.</param>
    /// <param name="isJson">Whether it is to be written as it came.</param>
    /// <param name="columns">What is shown of each item.</param>
    /// <param name="nothing">What to say where it is empty, and what to look at then.</param>
    /// <param name="next">What to do with it, told where people look on; empty for nothing.</param>
    /// <param name="cancellation">Stops asking.</param>
    public static Task<int> RunAsync(string path, string name, bool isJson, IReadOnlyList<ServerColumn> columns, string nothing, string next, CancellationToken cancellation) => GuardedAsync(async server =>
    {
        using var answer = await server.GetAsync(path, cancellation).ConfigureAwait(false);
        var list = answer.RootElement.GetProperty(name);
        if (isJson)
        {
            Console.WriteLine(list.GetRawText());
        }
        else if (list.GetArrayLength() > 0)
        {
            ServerTable.Write(columns, list.EnumerateArray());
        }
        else
        {
            await Console.Error.WriteLineAsync($"saker: {nothing}").ConfigureAwait(false);
        }

        if (answer.RootElement.TryGetProperty("next", out var more) && more.ValueKind == JsonValueKind.String)
        {
            await Console.Error.WriteLineAsync($"saker: these are the latest {list.GetArrayLength():#,0}, and there are more: choose fewer, or read them a page at a time from /{path.Split('?')[0]}").ConfigureAwait(false);
        }

        if (!isJson && next.Length > 0 && list.GetArrayLength() > 0 && !Console.IsOutputRedirected)
        {
            Console.WriteLine($"\n{next}");
        }
    });

    /// <summary>Asks the server; what it refuses is told in a line.</summary>
    public static async Task<int> GuardedAsync(Func<ServerClient, Task> ask)
    {
        using var server = ServerClient.Open();
        try
        {
            await ask(server).ConfigureAwait(false);
            return ExitCode.Nothing;
        }
        catch (ServerException failure)
        {
            await Console.Error.WriteLineAsync($"saker: {SafeText.Of(failure.Message)}").ConfigureAwait(false);
            return ExitCode.Unavailable;
        }
    }
}
