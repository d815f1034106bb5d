using System.CommandLine;
using Saker.Content;

namespace Saker.Cli.Commands;

/// <summary>The content that a verb is about, as its arguments: <c>[DIR]...</c>, by default what is shipped.</summary>
internal sealed class ContentArgument
{
    private readonly Argument<string[]> directories = new("DIR")
    {
        Description = "Content directories laid out as Splunk's security_content, or single .yml files; without any, the shipped content.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> tuned = new("--tuned") { Description = "Add the shipped tuning: filter macros that keep Kubernetes' own controllers quiet." };

    private readonly Option<bool> withoutShipped = new("--no-shipped") { Description = "Leave the shipped content out: the directories must then bring every macro that they use." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(directories);
        command.Options.Add(tuned);
        command.Options.Add(withoutShipped);
    }

    /// <summary>The roots that are asked about.</summary>
    public IReadOnlyList<string> Roots(ParseResult parsed) => parsed.GetValue(directories) is { Length: > 0 } given
        ? given
        : [ContentLibrary.ShippedRoot, .. parsed.GetValue(tuned) ? (string[])[ContentLibrary.TuningRoot] : []];

    /// <summary>Loads the roots, on top of the shipped content unless that is left out.</summary>
    public ContentLibrary Load(ParseResult parsed)
    {
        var roots = Roots(parsed);
        foreach (var missing in roots.Where(d => !Directory.Exists(d) && !File.Exists(d)))
        {
            throw new UsageException($"{missing}: there is no such content directory or file");
        }

        IEnumerable<string> below = parsed.GetValue(withoutShipped) ? [] : parsed.GetValue(tuned) ? [ContentLibrary.ShippedRoot, ContentLibrary.TuningRoot] : [ContentLibrary.ShippedRoot];
        return ContentLibrary.Load([.. below.Concat(roots).Distinct()]);
    }

    /// <summary>Whether a file is of the roots that are asked about, and not of the shipped content below them.</summary>
    public bool Holds(ParseResult parsed, string file)
    {
        var path = Path.GetFullPath(file);
        return Roots(parsed).Select(Path.GetFullPath).Any(r => path == r || path.StartsWith(Path.TrimEndingDirectorySeparator(r) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }
}
