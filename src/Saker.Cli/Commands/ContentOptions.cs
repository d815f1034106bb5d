using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary>The options with which verbs choose content: <c>--content</c>, <c>--tuned</c>, <c>--detection</c>, <c>--tag</c>.</summary>
internal sealed class ContentOptions
{
    private const int MostMistakesShown = 20;

    private readonly Option<string[]> roots = new("--content")
    {
        Description = "A content directory laid out as Splunk's security_content, or one .yml; repeatable, later ones override earlier ones and the shipped content.",
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> tuned = new("--tuned") { Description = "Add the shipped tuning: filter macros that keep Kubernetes' own controllers quiet." };

    private readonly Option<bool> withoutShipped = new("--no-shipped") { Description = "Leave the shipped content out: the directories must then bring every macro that they use." };

    private readonly Option<string[]> names = new("--detection") { Description = "Only detections of this name, id, file stem or glob; repeatable.", HelpName = "NAME" };

    private readonly Option<string[]> tags = new("--tag") { Description = "Only detections with this technique (attack.T1526), tactic or analytic story; repeatable.", HelpName = "TAG" };

    public void AddTo(Command command, bool selects = true)
    {
        command.Options.Add(roots);
        command.Options.Add(tuned);
        command.Options.Add(withoutShipped);
        if (selects)
        {
            command.Options.Add(names);
            command.Options.Add(tags);
        }
    }

    public ContentLibrary Load(ParseResult parsed)
    {
        var directories = parsed.GetValue(roots) ?? [];
        foreach (var missing in directories.Where(d => !Directory.Exists(d) && !File.Exists(d)))
        {
            throw new UsageException($"--content {missing}: there is no such directory or file");
        }

        IEnumerable<string> shipped = parsed.GetValue(withoutShipped) ? [] : [ContentLibrary.ShippedRoot];
        IEnumerable<string> tuning = parsed.GetValue(tuned) ? [ContentLibrary.TuningRoot] : [];
        return ContentLibrary.Load([.. shipped, .. tuning, .. directories]);
    }

    /// <summary>What to say of a name that no detection has.</summary>
    public static UsageException Unknown(string name, ContentLibrary content)
    {
        var near = Suggestion.Nearest(name, content.Detections.Select(d => d.Stem).Concat(content.Detections.Select(d => d.Name)));
        return new UsageException($"no detection is called {SafeText.Of(name)}{(near is null ? "; see `saker list`" : $"; did you mean `{near}`?")}");
    }

    /// <summary>The detections asked for; those that are deprecated or removed only by name.</summary>
    public IReadOnlyList<Detection> Select(ParseResult parsed, ContentLibrary content)
    {
        var (byName, byTag) = (parsed.GetValue(names) ?? [], parsed.GetValue(tags) ?? []);
        foreach (var name in byName.Where(n => !content.Detections.Any(d => d.IsNamed(n))))
        {
            throw Unknown(name, content);
        }

        foreach (var tag in byTag.Where(t => !content.Detections.Any(d => d.HasTag(t))))
        {
            throw new UsageException($"--tag {tag}: no detection has this tag");
        }

        return
        [
            .. content.Detections
                .Where(d => byName.Length == 0 ? d.Status is ContentStatus.Production or ContentStatus.Experimental : byName.Any(d.IsNamed))
                .Where(d => byTag.Length == 0 || byTag.Any(d.HasTag))
                .OrderBy(d => d.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Tells mistakes on standard error, the first ones in full. Returns whether any is an error.</summary>
    public static bool Tell(IReadOnlyCollection<Diagnostic> mistakes)
    {
        foreach (var mistake in mistakes.Take(MostMistakesShown))
        {
            Console.Error.WriteLine(DiagnosticRenderer.Render(mistake));
            Console.Error.WriteLine();
        }

        if (mistakes.Count > MostMistakesShown)
        {
            Console.Error.WriteLine($"saker: … and {mistakes.Count - MostMistakesShown:#,0} more mistakes in content");
        }

        return mistakes.Any(m => m.Severity == Severity.Error);
    }
}
