using System.Text;
using Saker.Spl.Commands;
using Saker.Tests.Golden;

namespace Saker.Tests.Docs;

/// <summary>A command's page: what the table says of it, and a search of its golden file with what it gives.</summary>
internal static class CommandPage
{
    private const int MostEvents = 8;
    private const int MostRows = 12;

    public static string Of(CommandSpec spec)
    {
        var text = new StringBuilder($"# {spec.Name}\n\n{spec.Summary}\n\n```text\n{spec.Synopsis}\n```\n");
        if (spec.Aliases.Count > 0)
        {
            text.Append($"\nAlso called {string.Join(", ", spec.Aliases.Select(a => $"`{a}`"))}.\n");
        }

        if (spec.Options.Count > 0)
        {
            text.Append($"\nOptions: {string.Join(", ", spec.Options.Select(o => $"`{o}`"))}.{(spec.TakesSubsearch ? " Takes a search in brackets." : "")}\n");
        }

        text.Append($"\n```spl\n{spec.Example}\n```\n");
        AppendTried(text, spec);
        if (spec.Differences.Count > 0)
        {
            text.Append("\n## Differences from Splunk\n\n");
            foreach (var difference in spec.Differences)
            {
                text.Append($"- {difference}\n");
            }
        }

        return text.Append("\nAll commands are in [commands.md](../commands.md).\n").ToString();
    }

    /// <summary>The first search of the golden file that gives rows, with the events that stand before it.</summary>
    private static void AppendTried(StringBuilder text, CommandSpec spec)
    {
        var golden = GoldenFile.Read(Path.Combine(GoldenTests.Root, "commands", spec.Name + ".spl"));
        var names = spec.Aliases.Append(spec.Name).ToList();
        var query = golden.Records.FirstOrDefault(r => r.Kind == "query" && r.Expected.Count is > 0 and <= MostRows && !r.Expected[0].StartsWith("error", StringComparison.Ordinal)
            && names.Exists(n => string.Join('\n', r.Body).Contains($"| {n}", StringComparison.OrdinalIgnoreCase)));
        if (query is null)
        {
            return;
        }

        var before = golden.Records.TakeWhile(r => r != query).ToList();
        var events = before.Where(r => r.Kind == "data").SelectMany(r => r.Body).ToList();
        var readsEvents = !string.Join('\n', query.Body).TrimStart().StartsWith("| makeresults", StringComparison.Ordinal);
        text.Append("\n## An example with its result\n");
        if (readsEvents && events.Count is > 0 and <= MostEvents)
        {
            text.Append($"\nOf these events\n\n```json\n{string.Join('\n', events)}\n```\n\n");
        }
        else
        {
            text.Append('\n');
        }

        foreach (var lookup in before.Where(r => r.Kind == "lookup" && query.Body.Exists(line => line.Contains(r.Words[0], StringComparison.Ordinal))))
        {
            text.Append($"with the lookup `{lookup.Words[0]}`\n\n```csv\n{string.Join('\n', lookup.Body)}\n```\n\n");
        }

        text.Append($"```spl\n{string.Join('\n', query.Body)}\n```\n\ngives\n\n```text\n{string.Join('\n', query.Expected)}\n```\n");
    }
}
