using System.CommandLine;
using System.Runtime.CompilerServices;
using Saker.Server.Configuration;
using Saker.Server.Serving;

namespace Saker.Cli.Commands;

/// <summary><c>saker serve</c>: the server.</summary>
internal static class ServeCommand
{
    private const string Help = """
        Runs the server: takes audit events, HEC, OTLP, Falco alerts and metrics, keeps them, and answers searches.

        Without a configuration it listens on 127.0.0.1:8088 (OTLP over gRPC on 127.0.0.1:4317), keeps everything in ~/.local/share/saker/server in a ClickHouse of its own, and shows a token
        the first time. A configuration is looked for in ./saker.yaml, then /etc/saker/saker.yaml; the variables SAKER__SECTION__KEY override it. Changes of it are taken while it runs.

        A sender is answered once its events are on disk. SIGTERM ends it after the requests under way; what is not stored yet waits in the journal.

        Examples:
          saker engine install && saker serve
          saker serve --config /etc/saker/saker.yaml
          SAKER__LISTEN=0.0.0.0:8088 SAKER__STORE__URL=http://clickhouse:8123 saker serve

        Exit codes: 0 ended by a signal, 64 wrong usage, 65 a mistake in the configuration, 69 it cannot start: no engine, a port or directory in use.
        """;

    public static Command Create()
    {
        var command = new Command("serve", Help);
        var config = new Option<string?>("--config", "-c") { Description = "The configuration file.", HelpName = "FILE" };
        command.Options.Add(config);
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(config), cancellation));
        return command;
    }

    /// <summary>Not inlined: the framework of the server is loaded by this verb only.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(string? config, CancellationToken cancellation)
    {
        if (config is not null && !File.Exists(config))
        {
            throw new UsageException($"--config {config}: there is no such file");
        }

        try
        {
            var options = new ServeOptions(config, EnvironmentOverrides.OfProcess(), Console.Out, Console.Error, !Console.IsErrorRedirected);
            await new Service(options, TimeProvider.System).RunAsync(cancellation).ConfigureAwait(false);
            return ExitCode.Nothing;
        }
        catch (ServeException failure)
        {
            await Console.Error.WriteLineAsync(failure.IsConfiguration ? failure.Message : $"saker: {failure.Message}").ConfigureAwait(false);
            return failure.IsConfiguration ? ExitCode.Content : ExitCode.Unavailable;
        }
    }
}
