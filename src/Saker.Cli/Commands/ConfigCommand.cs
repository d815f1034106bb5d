using System.CommandLine;
using System.Runtime.CompilerServices;
using Saker.Server.Configuration;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker config</c>: checks the configuration of the server.</summary>
internal static class ConfigCommand
{
    private const string Help = """
        Checks the configuration of `saker serve`, or writes its JSON schema for editors.

        Examples:
          saker config check
          saker config check /etc/saker/saker.yaml
          saker config schema > saker.schema.json

        Exit codes: 0 sound, 64 wrong usage, 65 it has mistakes.
        """;

    private const string CheckHelp = """
        Tells every mistake of a configuration with its line and column: unknown keys, wrong values, files that are not there. The variables SAKER__… are checked with it.

        Examples:
          saker config check
          saker config check /etc/saker/saker.yaml

        Exit codes: 0 sound, 64 wrong usage, 65 it has mistakes.
        """;

    public static Command Create()
    {
        var check = new Command("check", CheckHelp);
        var file = new Argument<string?>("FILE") { Description = "The file; by default ./saker.yaml, then /etc/saker/saker.yaml.", Arity = ArgumentArity.ZeroOrOne };
        check.Arguments.Add(file);
        check.SetAction(parsed => Check(parsed.GetValue(file)));
        var schema = new Command("schema", "Writes the JSON schema of saker.yaml.");
        schema.SetAction(_ => WriteSchema());
        return new Command("config", Help) { check, schema };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Check(string? file)
    {
        file ??= SettingsFile.Find() ?? throw new UsageException("there is neither ./saker.yaml nor /etc/saker/saker.yaml: name the file");
        LoadedSettings loaded;
        try
        {
            loaded = SettingsFile.Load(file, EnvironmentOverrides.OfProcess());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: {failure.Message}");
        }

        foreach (var mistake in loaded.Mistakes)
        {
            Console.Error.WriteLine(DiagnosticRenderer.Render(mistake));
            Console.Error.WriteLine();
        }

        if (loaded.Settings is null)
        {
            return ExitCode.Content;
        }

        Console.WriteLine($"{file} is sound; loaded it would be shown as {loaded.Hash}.");
        return ExitCode.Nothing;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteSchema()
    {
        Console.Write(SettingsSchema.Write());
        return ExitCode.Nothing;
    }
}
