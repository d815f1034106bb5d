using System.CommandLine;
using Saker.Stores.ClickHouse.Engine;

namespace Saker.Cli.Commands;

/// <summary><c>saker engine</c>: the ClickHouse that <c>saker serve</c> keeps for itself.</summary>
internal static class EngineCommand
{
    private const string Help = """
        Installs and shows the ClickHouse that `saker serve` runs for itself.

        `saker serve` looks for one in this order: the program that the variable CLICKHOUSE_BINARY names, `clickhouse` on the PATH, the library that
        `saker engine install` fetched. It never fetches anything by itself. With store.url in the configuration it needs none.

        Examples:
          saker engine install
          saker engine status

        Exit codes: 0 done, 64 wrong usage, 69 there is no engine, or it cannot be fetched.
        """;

    private const string InstallHelp = """
        Fetches the ClickHouse library by npm. Its version and the hash of its bytes are pinned by the package-lock.json that ships with saker: whatever
        else the registry gives is refused. About 150 MB are fetched; it takes 570 MB on disk. Where it stands already, nothing happens.

        Examples:
          saker engine install
          saker engine install --directory /opt/saker/engine

        Exit codes: 0 installed, 64 wrong usage, 69 npm is absent, offline, or failed.
        """;

    private const string StatusHelp = """
        Tells which ClickHouse `saker serve` would run, and how it was found.

        Examples:
          saker engine status

        Exit codes: 0 there is one, 64 wrong usage, 69 there is none.
        """;

    public static Command Create() => new("engine", Help) { Install(), Status(), Host() };

    private static Option<string> DirectoryOption() => new("--directory")
    {
        Description = "Where the library stands.",
        DefaultValueFactory = _ => EngineProgram.DefaultDirectory,
        HelpName = "DIRECTORY",
    };

    private static Command Install()
    {
        var command = new Command("install", InstallHelp);
        var directory = DirectoryOption();
        command.Options.Add(directory);
        command.SetAction(async (parsed, cancellation) =>
        {
            var target = Path.GetFullPath(parsed.GetValue(directory)!);
            try
            {
                var fetched = await EngineInstall.RunAsync(target, text => Console.Error.WriteLine($"saker: {text}"), cancellation).ConfigureAwait(false);
                Console.WriteLine($"{(fetched ? "installed" : "already there:")} ClickHouse library {EngineInstall.PinnedVersion} in {target}");
                return ExitCode.Nothing;
            }
            catch (EngineException failure)
            {
                return Tell(failure);
            }
        });
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", StatusHelp);
        var directory = DirectoryOption();
        command.Options.Add(directory);
        command.SetAction(parsed =>
        {
            try
            {
                if (EngineProgram.Find(parsed.GetValue(directory)) is not { } program)
                {
                    Console.Error.WriteLine("saker: there is no ClickHouse on this machine: run `saker engine install`");
                    return ExitCode.Unavailable;
                }

                Console.WriteLine($"engine   {program.Path}");
                Console.WriteLine($"kind     {(program.IsLibrary ? "library" : "program")}");
                Console.WriteLine($"found    by {program.FoundBy}");
                if (program.IsLibrary && EngineInstall.InstalledVersion(parsed.GetValue(directory)!) is { } version)
                {
                    Console.WriteLine($"version  {version}{(version == EngineInstall.PinnedVersion ? "" : $" (this saker pins {EngineInstall.PinnedVersion}: run `saker engine install`)")}");
                }

                return ExitCode.Nothing;
            }
            catch (EngineException failure)
            {
                return Tell(failure);
            }
        });
        return command;
    }

    /// <summary>What the private engine's child process runs; nobody types it.</summary>
    private static Command Host()
    {
        var command = new Command("host", "Becomes the engine of the process that started it.") { Hidden = true };
        var library = new Option<string?>("--library");
        var program = new Option<string?>("--program");
        var directory = new Option<string>("--directory") { Required = true };
        var parent = new Option<int>("--parent") { Required = true };
        foreach (var option in (Option[])[library, program, directory, parent])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => EngineHost.Run(
            parsed.GetValue(library) is { } path ? new EngineProgram(path, IsLibrary: true, "") : new EngineProgram(parsed.GetValue(program) ?? throw new UsageException("engine host needs --library or --program"), IsLibrary: false, ""),
            parsed.GetValue(directory)!,
            parsed.GetValue(parent)));
        return command;
    }

    private static int Tell(EngineException failure)
    {
        Console.Error.WriteLine($"saker: {failure.Message}");
        return ExitCode.Unavailable;
    }
}
