using System.CommandLine;
using Saker.Content;

namespace Saker.Cli.Commands;

/// <summary><c>--state DIR</c>: where lookups are that baselines and searches wrote, a csv file each.</summary>
internal sealed class StateOption
{
    private readonly Option<string?> directory = new("--state")
    {
        Description = "A directory with what baselines and `outputlookup` wrote, a csv file a lookup; it is read before the content's own rows.",
        HelpName = "DIR",
    };

    public void AddTo(Command command, bool isRequired = false)
    {
        directory.Required = isRequired;
        command.Options.Add(directory);
    }

    public string? Directory(ParseResult parsed) => parsed.GetValue(directory);

    public ContentLookups Lookups(ParseResult parsed, ContentLibrary content) => Directory(parsed) is { } path && File.Exists(path)
        ? throw new UsageException($"--state {path}: this is a file; name a directory")
        : new ContentLookups(content, Directory(parsed));
}
