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

    /// <summary>Gets a list and writes each of its members.</summary>
    public static Task<int> RunAsync(string path, string name, bool isJson, Action<JsonElement> write, string nothing, CancellationToken cancellation) => GuardedAsync(async server =>
    {
        using var answer = await server.GetAsync(path, cancellation).ConfigureAwait(false);
        var list = answer.RootElement.GetProperty(name);
        if (isJson)
        {
            Console.WriteLine(list.GetRawText());
            return;
        }

        foreach (var item in list.EnumerateArray())
        {
            write(item);
        }

        if (list.GetArrayLength() == 0)
        {
            await Console.Error.WriteLineAsync($"saker: {nothing}").ConfigureAwait(false);
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
