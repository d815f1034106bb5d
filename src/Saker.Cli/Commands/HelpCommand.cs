using System.CommandLine;
using Saker.Cli.Output;
using Saker.Spl.Aggregates;
using Saker.Spl.Commands;
using Saker.Spl.Functions;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker help</c>: what the search language has, from the tables that the parser reads.</summary>
internal static class HelpCommand
{
    private const string Help = """
        Tells what the search language has: all commands, functions or aggregates, or one of them.

        Examples:
          saker help commands
          saker help functions
          saker help aggregates
          saker help stats

        Exit codes: 0 done, 64 there is nothing of that name.
        """;

    public static Command Create()
    {
        var command = new Command("help", Help);
        var topic = new Argument<string?>("TOPIC") { Description = "commands, functions, aggregates, or the name of one of them.", Arity = ArgumentArity.ZeroOrOne };
        command.Arguments.Add(topic);
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(topic)));
        return command;
    }

    private static async Task<int> RunAsync(string? topic)
    {
        switch (topic?.ToLowerInvariant())
        {
            case null:
                return await CommandLine.RunAsync(["--help"]).ConfigureAwait(false);
            case "commands":
                WriteAll(CommandTable.All.Select(c => (c.Name, c.Summary)));
                return ExitCode.Nothing;
            case "functions":
                WriteAll(FunctionTable.All.Select(f => (f.Synopsis, f.Summary)));
                return ExitCode.Nothing;
            case "aggregates":
                WriteAll(AggregateTable.All.Select(a => (a.Synopsis, a.Summary)));
                return ExitCode.Nothing;
            case var name:
                return WriteOne(name) ? ExitCode.Nothing : await VerbAsync(name).ConfigureAwait(false);
        }
    }

    private static void WriteAll(IEnumerable<(string Name, string Summary)> entries)
    {
        var ordered = entries.OrderBy(e => e.Name, StringComparer.Ordinal).ToList();
        var width = Math.Min(36, ordered.Max(e => e.Name.Length));
        foreach (var (name, summary) in ordered)
        {
            Console.WriteLine($"{name.PadRight(width)}  {summary}");
        }
    }

    /// <summary>Writes all that has the name: <c>values</c> may be an aggregate and a function.</summary>
    private static bool WriteOne(string name)
    {
        var blocks = new List<IReadOnlyList<(string, string)>>();
        if (CommandTable.Find(name) is { } command)
        {
            blocks.Add(
            [
                ("command", command.Name),
                ("form", command.Synopsis),
                ("", command.Summary),
                ("options", string.Join(", ", command.Options)),
                ("also", string.Join(", ", command.Aliases)),
                ("example", command.Example),
            ]);
        }

        if (FunctionTable.Find(name) is { } function)
        {
            blocks.Add([("function", function.Name), ("form", function.Synopsis), ("", function.Summary), ("takes", function.ArgumentsText)]);
        }

        if (AggregateTable.TryFind(name, out var aggregate, out _) || AggregateTable.All.FirstOrDefault(a => a.Name == name) is { } byName && (aggregate = byName) is not null)
        {
            blocks.Add([("aggregate", aggregate.Name), ("form", aggregate.Synopsis), ("", aggregate.Summary), ("also", string.Join(", ", aggregate.Aliases))]);
        }

        for (var i = 0; i < blocks.Count; i++)
        {
            Console.Write(i == 0 ? "" : "\n");
            foreach (var (label, text) in blocks[i].Where(l => l.Item2.Length > 0))
            {
                Console.WriteLine($"{label,-10} {text}");
            }
        }

        return blocks.Count > 0;
    }

    private static async Task<int> VerbAsync(string name)
    {
        if (CommandLine.Root().Subcommands.Any(c => c.Name == name))
        {
            return await CommandLine.RunAsync([name, "--help"]).ConfigureAwait(false);
        }

        if (CommandTable.IsKnownInSplunk(name))
        {
            var alternative = CommandTable.Alternative(name);
            throw new UsageException($"`{SafeText.Of(name)}` is a command of Splunk's that is not supported{(alternative is null ? "" : $": {alternative}")}");
        }

        var known = CommandTable.All.Select(c => c.Name).Concat(FunctionTable.All.Select(f => f.Name)).Concat(AggregateTable.All.Select(a => a.Name)).Concat(["commands", "functions", "aggregates"]);
        var near = Suggestion.Nearest(name, known);
        throw new UsageException($"there is no command, function or aggregate `{SafeText.Of(name)}`{(near is null ? "; see `saker help commands`" : $"; did you mean `{near}`?")}");
    }
}
