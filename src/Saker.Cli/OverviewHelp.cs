using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Saker.Cli;

/// <summary>The help of <c>saker</c> itself: of each verb what it does, and not its examples, which its own help has.</summary>
internal sealed class OverviewHelp(HelpAction whole) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help has not filled in everything yet.</summary>
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new OverviewHelp((HelpAction)option.Action!);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is RootCommand root)
        {
            foreach (var verb in root.Subcommands)
            {
                verb.Description = FirstSentence(verb.Description ?? "");
            }
        }

        return whole.Invoke(parseResult);
    }

    private static string FirstSentence(string description)
    {
        var paragraph = string.Join(' ', description.Split("\n\n")[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var depth = 0;
        for (var i = 0; i < paragraph.Length; i++)
        {
            depth += paragraph[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && paragraph[i] is ':' or '.')
            {
                return paragraph[..i] + ".";
            }
        }

        return paragraph;
    }
}
