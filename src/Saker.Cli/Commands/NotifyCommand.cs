using System.CommandLine;
using System.Diagnostics;
using Saker.Cli.Output;
using Saker.Notify;
using Saker.Notify.Outputs;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker notify</c>: tries the outputs that notifications go to.</summary>
internal static class NotifyCommand
{
    private const string Help = """
        Tries the outputs of notifications.

        Examples:
          saker notify test slack
          saker notify test soc --config /etc/saker/saker.yaml

        Exit codes: 0 the output took it, 64 wrong usage, 65 the configuration has mistakes, 69 the output did not take it.
        """;

    private const string TestHelp = """
        Sends a notice that is marked as a test to one output, now and directly: past routes, quiet hours and the outbox. Tells what the receiver said.

        The configuration is looked for in ./saker.yaml, then /etc/saker/saker.yaml.

        Examples:
          saker notify test slack
          saker notify test soc --config /etc/saker/saker.yaml

        Exit codes: 0 the output took it, 64 wrong usage, 65 the configuration has mistakes, 69 the output did not take it.
        """;

    public static Command Create() => new("notify", Help) { Test() };

    private static Command Test()
    {
        var command = new Command("test", TestHelp);
        var name = new Argument<string>("OUTPUT") { Description = "The output's name." };
        var config = new Option<string?>("--config") { Description = "The configuration.", HelpName = "FILE" };
        command.Arguments.Add(name);
        command.Options.Add(config);
        command.SetAction((parsed, cancellation) => TestAsync(parsed.GetValue(name)!, parsed.GetValue(config), cancellation));
        return command;
    }

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

        await using var output = OutputTypes.Create(chosen, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(TimeSpan.FromSeconds(chosen.TimeoutSeconds));
        try
        {
            await output.SendAsync([Notice.Test(name, TimeProvider.System.GetUtcNow())], late.Token).ConfigureAwait(false);
            Console.WriteLine($"{name} ({chosen.Type}) took the test notice in {watch.ElapsedMilliseconds} ms.");
            return ExitCode.Nothing;
        }
        catch (DeliveryException failure)
        {
            await Console.Error.WriteLineAsync($"saker: {name} ({chosen.Type}) did not take the test notice: {SafeText.Of(failure.Message)}").ConfigureAwait(false);
            return ExitCode.Unavailable;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"saker: {name} ({chosen.Type}) did not answer within {chosen.TimeoutSeconds} s").ConfigureAwait(false);
            return ExitCode.Unavailable;
        }
    }

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
