using System.CommandLine;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker explain</c>: what a search does, and what it costs.</summary>
internal static class ExplainCommand
{
    private const string Help = """
        Prints the plan of a search or of a detection: its canonical form, what runs on each event and what on all rows, the fields it reads,
        what a store can prune, and whether its rows can be told before a window closes.

        Examples:
          saker explain 'verb=create objectRef.resource=pods | stats count by user.username'
          saker explain kubernetes_access_scanning
        """;

    public static Command Create()
    {
        var command = new Command("explain", Help);
        var search = new Argument<string>("SPL|DETECTION") { Description = "A search, or a detection's name, id or file stem." };
        var content = new ContentOptions();
        command.Arguments.Add(search);
        content.AddTo(command, selects: false);
        command.SetAction(parsed => Run(parsed, parsed.GetValue(search)!, content));
        return command;
    }

    private static int Run(ParseResult parsed, string search, ContentOptions options)
    {
        var content = options.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        var detection = content.Detections.FirstOrDefault(d => d.IsNamed(search));
        try
        {
            var plan = SearchPlanner.Plan(detection?.Search ?? new SourceText("search", search), content.Macros);
            if (detection is not null)
            {
                Console.WriteLine($"detection  {detection.Name}\nfile       {detection.FilePath}\nschedule   {detection.Schedule.Cron}, {detection.Schedule.Earliest} to {detection.Schedule.Latest}");
            }

            Console.WriteLine(Explain.Print(plan));
            return hasErrors ? ExitCode.Content : ExitCode.Nothing;
        }
        catch (SplException mistake)
        {
            ContentOptions.Tell(mistake.Diagnostics);
            return ExitCode.Content;
        }
    }
}
