using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker show</c>: all of one detection.</summary>
internal static class ShowCommand
{
    private const int Indent = 2;
    private const int WidestText = 100;

    private const string Help = """
        Shows a detection: what it looks for, its search as it runs, the macros that you may override, its schedule, what it scores, the data it needs and its tests.

        Examples:
          saker show kubernetes_access_scanning
          saker show 'Kubernetes Access Scanning' --tuned

        Exit codes: 0 done, 64 wrong usage, 65 errors in the detection.
        """;

    public static Command Create()
    {
        var command = new Command("show", Help);
        var name = new Argument<string>("DETECTION") { Description = "A detection's name, id, file stem or glob." };
        var content = new ContentOptions();
        command.Arguments.Add(name);
        content.AddTo(command, selects: false);
        command.SetAction(parsed => Run(parsed, parsed.GetValue(name)!, content));
        return command;
    }

    private static int Run(ParseResult parsed, string name, ContentOptions options)
    {
        var content = options.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        var detections = content.Find(name).ToList();
        if (detections.Count == 0)
        {
            throw ContentOptions.Unknown(name, content);
        }

        foreach (var detection in detections)
        {
            hasErrors |= !Show(detection, content);
        }

        return hasErrors ? ExitCode.Content : ExitCode.Nothing;
    }

    private static bool Show(Detection d, ContentLibrary content)
    {
        Console.WriteLine($"{d.Name}\n{new string('─', d.Name.Length)}");
        Line("id", $"{d.Id}, version {d.Version}");
        Line("file", d.FilePath);
        Line("type", $"{ListCommand.TypeName(d.Type)}, {d.Status.ToString().ToLowerInvariant()}, {(d.Enabled ? "enabled" : "not enabled")} by default");
        Line("author", d.Author);
        Line("tactic", string.Join(", ", d.Annotations.Tactics));
        Line("technique", string.Join(", ", d.Annotations.Techniques.Select(t => $"{t.Id} {t.Name}")));
        Line("story", string.Join(", ", d.Annotations.AnalyticStories));
        Line("kill chain", string.Join(", ", d.Annotations.KillChainPhases));
        Line("controls", string.Join(", ", d.Annotations.Nist.Concat(d.Annotations.Cis20)));
        Line("cve", string.Join(", ", d.Annotations.Cve));
        Line("schedule", $"{d.Schedule.Cron}, over {d.Schedule.Earliest} to {d.Schedule.Latest}");
        Text("description", d.Description);
        Text("to use it", d.HowToImplement);
        Text("false positives", d.KnownFalsePositives);
        var planned = ShowSearch(d, content);
        ShowRisk(d);
        ShowTests(d);
        foreach (var reference in d.References)
        {
            Line("see", reference);
        }

        Console.WriteLine();
        return planned;
    }

    private static bool ShowSearch(Detection d, ContentLibrary content)
    {
        try
        {
            MacroExpander.Expand(d.Search, content.Macros, out var used);
            var plan = SearchPlanner.Plan(d.Search, content.Macros);
            var kinds = plan.Requests.Select(DataNeed.Of).Distinct().Select(DataNeed.Describe).ToList();
            Line("needs", (kinds.Count > 0 ? string.Join(", ", kinds) : "no events") + (d.DataSources.Count > 0 ? $" (data source: {string.Join(", ", d.DataSources)})" : ""));
            Line("fields", string.Join(", ", plan.Requests.SelectMany(r => r.Fields.IsAll ? ["all"] : r.Fields.Names).Distinct().Order(StringComparer.Ordinal)));
            Block("search", string.Join("\n", Explain.Print(plan).Split('\n')));
            Console.WriteLine("macros (override one by defining it in a content root of your own, given with --content)");
            foreach (var macro in used.SelectMany(n => content.Macros.All.Where(m => m.Name == n)))
            {
                ShowMacro(macro);
            }

            return true;
        }
        catch (SplException mistake)
        {
            Block("search", d.Search.Content);
            ContentOptions.Tell(mistake.Diagnostics);
            return false;
        }
    }

    private static void ShowMacro(Macro macro)
    {
        var from = macro.Definition.Origin is { } origin ? origin.File.Name : "built in";
        var arguments = macro.Arguments.Count > 0 ? $"({string.Join(", ", macro.Arguments)})" : "";
        Console.WriteLine($"  {macro.Name}{arguments}  {SafeText.Of(string.Join(' ', macro.Definition.Content.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))}\n    from {from}");
    }

    private static void ShowRisk(Detection d)
    {
        if (d.Risk is not { } risk)
        {
            Line("risk", "none: its rows are for people to read");
            return;
        }

        Line("risk", risk.Message);
        foreach (var o in risk.RiskObjects)
        {
            Line("", $"risk object {o.Field} ({o.Type}), score {o.Score}{(o.Message.Length > 0 && o.Message != risk.Message ? $": {o.Message}" : "")}");
        }

        foreach (var t in risk.ThreatObjects)
        {
            Line("", $"threat object {t.Field} ({t.Type})");
        }
    }

    private static void ShowTests(Detection d)
    {
        Line("tests", d.Tests.Count == 0 ? d.ManualTest.Length > 0 ? $"by hand: {d.ManualTest}" : "none" : $"{d.Tests.Count}; run them with `saker test --detection {d.Stem}`");
        foreach (var test in d.Tests)
        {
            Line("", test.Name);
        }
    }

    private static void Line(string label, string text)
    {
        if (text.Length > 0)
        {
            Console.WriteLine($"{label,-11} {SafeText.Of(text)}");
        }
    }

    private static void Block(string label, string text)
    {
        Console.WriteLine(label);
        foreach (var line in text.Split('\n'))
        {
            Console.WriteLine($"{new string(' ', Indent)}{SafeText.Of(line)}");
        }
    }

    /// <summary>Prose, filled to the terminal's width, but no wider than reads well.</summary>
    private static void Text(string label, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        using var target = OutputTarget.Open(null);
        var width = Math.Min(WidestText, target.Width - Indent);
        var lines = new List<string> { "" };
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length + word.Length + 1 > width)
            {
                lines.Add("");
            }

            lines[^1] += (lines[^1].Length > 0 ? " " : "") + word;
        }

        Block(label, string.Join('\n', lines));
    }
}
