using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker validate</c>: every mistake of content, for people and for CI.</summary>
internal static class ValidateCommand
{
    private const string Help = """
        Loads and plans all content of the directories and tells every mistake: schema, SPL, macros, lookups, fields that a risk message names and the search does not
        yield, fields that no data source has, filters that filter nothing, data of tests that is not there. The shipped content lies below, so its macros are at hand.

        Examples:
          saker validate my-content/
          saker validate --strict security_content/
          saker validate my-content/ --format sarif --output saker.sarif
          saker validate my-content/ --format github        (annotations in GitHub Actions)

        Exit codes: 0 no errors, 64 wrong usage, 65 errors (with --strict: or warnings).
        """;

    public static Command Create()
    {
        var command = new Command("validate", Help);
        var content = new ContentArgument();
        var format = new Option<string>("--format") { Description = "text, json, sarif or github.", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("text", "json", "sarif", "github");
        var output = new Option<string?>("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
        var strict = new Option<bool>("--strict") { Description = "Warnings fail too." };
        content.AddTo(command);
        command.Options.Add(format);
        command.Options.Add(output);
        command.Options.Add(strict);
        command.SetAction(parsed => Run(content, parsed, parsed.GetValue(format)!, parsed.GetValue(output), parsed.GetValue(strict)));
        return command;
    }

    private static int Run(ContentArgument argument, ParseResult parsed, string format, string? output, bool isStrict)
    {
        var content = argument.Load(parsed);
        var found = new ContentCheck(content).Run().Where(d => argument.Holds(parsed, Outermost(d).Name)).ToList();
        var report = new ValidationReport(found, Summary(argument, parsed, content));
        using (var target = OutputTarget.Open(output))
        {
            switch (format)
            {
                case "json": report.WriteJson(target.Stream); break;
                case "sarif": report.WriteSarif(target.Stream); break;
                case "github": report.WriteGitHub(target.Stream); break;
                default: report.WriteText(target.Stream); break;
            }
        }

        return report.Errors > 0 || (isStrict && report.Warnings > 0) ? ExitCode.Content : ExitCode.Nothing;
    }

    private static SourceText Outermost(Diagnostic d) => DiagnosticPlace.Outermost(d.Source, d.Span.Start).File;

    private static ValidationSummary Summary(ContentArgument argument, ParseResult parsed, ContentLibrary content)
    {
        int Mine(IEnumerable<SourceText> files) => files.Count(f => argument.Holds(parsed, f.Name));
        var retired = content.Detections.Where(d => d.Status is ContentStatus.Deprecated or ContentStatus.Removed).ToList();
        return new ValidationSummary(
            Mine(content.Detections.Except(retired).Select(d => d.File)),
            Mine(retired.Select(d => d.File)),
            Mine(content.Macros.All.Select(m => m.Definition.Origin?.File).OfType<SourceText>()),
            Mine(content.Lookups.Select(l => l.File)),
            Mine(content.Baselines.Select(b => b.File)));
    }
}
