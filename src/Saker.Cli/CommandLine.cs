using System.CommandLine;
using Saker.Cli.Commands;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Cli;

/// <summary>The verbs of <c>saker</c>, and how mistakes in their use are told.</summary>
internal static class CommandLine
{
    /// <summary>The verbs in the order of the overview. Making all of them takes longer than many a run: only the one that is asked for is made.</summary>
    private static readonly (string Name, Func<Command> Create)[] Verbs =
    [
        ("scan", ScanCommand.Create), ("search", SearchCommand.Create), ("explain", ExplainCommand.Create), ("list", ListCommand.Create), ("show", ShowCommand.Create),
        ("validate", ValidateCommand.Create), ("test", TestCommand.Create), ("baseline", BaselineCommand.Create), ("replay", ReplayCommand.Create),
        ("serve", ServeCommand.Create), ("connect", ConnectCommand.Create), ("status", StatusCommand.Create), ("findings", FindingsCommand.Create),
        ("finding", FindingsCommand.CreateOne), ("detections", DetectionsCommand.Create), ("backtest", BacktestCommand.Create),
        ("windows", DetectionsCommand.CreateWindows), ("entities", DetectionsCommand.CreateEntities), ("token", TokenCommand.Create), ("config", ConfigCommand.Create),
        ("notify", NotifyCommand.Create), ("canary", CanaryCommand.Create), ("exceptions", ExceptionsCommand.Create), ("deadletter", DeadletterCommand.Create),
        ("engine", EngineCommand.Create), ("help", HelpCommand.Create),
    ];

    public static RootCommand Root() => RootOf("");

    /// <summary>With the one verb of this name, or with all where none has it.</summary>
    internal static RootCommand RootOf(string name)
    {
        var root = new RootCommand("Saker finds attacks on Kubernetes: it runs the detections that Splunk's threat researchers publish, without Splunk.");
        var isVerb = IsVerb(name);
        foreach (var verb in Verbs)
        {
            if (!isVerb || verb.Name == name)
            {
                root.Subcommands.Add(verb.Create());
            }
        }

        OverviewHelp.AddTo(root);
        return root;
    }

    private static bool IsVerb(string name)
    {
        foreach (var verb in Verbs)
        {
            if (verb.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        FirstScan.Begin(arguments);
        var root = RootOf(arguments is [var first, ..] ? first : "");
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            if (parsed.CommandResult.Command is RootCommand && arguments is [var word, ..] && !word.StartsWith('-'))
            {
                var near = Suggestion.Nearest(word, root.Subcommands.Select(c => c.Name));
                await Console.Error.WriteLineAsync($"saker: there is no verb `{word}`{(near is null ? "" : $"; did you mean `{near}`?")}").ConfigureAwait(false);
                await Console.Error.WriteLineAsync("saker: see `saker --help`").ConfigureAwait(false);
                return ExitCode.Usage;
            }

            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"saker: {error.Message}").ConfigureAwait(false);
            }

            var verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            await Console.Error.WriteLineAsync($"saker: see `saker{verb} --help`").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (UsageException mistake)
        {
            await Console.Error.WriteLineAsync($"saker: {mistake.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (Sending.ServerException failure)
        {
            await Console.Error.WriteLineAsync($"saker: {SafeText.Lines(failure.Message)}").ConfigureAwait(false);
            return failure.Status is 400 or 422 ? ExitCode.Content : ExitCode.Unavailable;
        }
        catch (OutputException failure)
        {
            await Console.Error.WriteLineAsync($"saker: {failure.Message}").ConfigureAwait(false);
            return ExitCode.Output;
        }
        catch (SplException failure) when (ExitCode.IsOfOutput(failure))
        {
            ContentOptions.Tell(failure.Diagnostics);
            return ExitCode.Output;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException failure) when (Console.IsOutputRedirected && failure.Message.Contains("pipe", StringComparison.OrdinalIgnoreCase))
        {
            // `saker scan … | head` has read enough.
            return ExitCode.Nothing;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"saker: a mistake of saker's own; please report it with this text\n{failure}").ConfigureAwait(false);
            return ExitCode.Internal;
        }
    }
}

/// <summary>What a run tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Whether a run failed because something could not be written, and not because of its search.</summary>
    public static bool IsOfOutput(SplException failure) => failure.Diagnostics[0].Code is TemporaryFileStream.Code or ContentLookups.NotWritten;

    /// <summary>Done; nothing found, or found without <c>--fail-on</c>.</summary>
    public const int Nothing = 0;

    /// <summary>A detection's test failed.</summary>
    public const int Failed = 1;

    /// <summary>The score of a risk event reached <c>--fail-on</c>.</summary>
    public const int Found = 2;

    /// <summary>Some input was rejected.</summary>
    public const int Rejected = 3;

    /// <summary>The command line is wrong (sysexits' EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Content has errors (EX_DATAERR).</summary>
    public const int Content = 65;

    /// <summary>Something could not be sent (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>A mistake of the program (EX_SOFTWARE).</summary>
    public const int Internal = 70;

    /// <summary>An output or a temporary file cannot be written (EX_CANTCREAT).</summary>
    public const int Output = 73;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line asks for something that cannot be; the message says what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
