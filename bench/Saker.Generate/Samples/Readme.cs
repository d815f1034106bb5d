using System.Text;

namespace Saker.Generate.Samples;

/// <summary>README.md of samples/: the story with its lines.</summary>
internal static class Readme
{
    public static string Write(Steps steps, IReadOnlyList<SampleFile> files)
    {
        var text = new StringBuilder("""
            # Samples: an attack on 2026-03-14

            Telemetry of an imaginary cluster, `lighthouse`, between 10:00 and 10:45 UTC. An attacker scans its API server, finds a token of the CI
            system, hides pods, pulls images, opens shells. Around it the cluster does what clusters do. All of it is made up; the public addresses
            are those set aside for documentation, the AWS account is the one of AWS's examples.

            ```console
            $ ./saker scan samples/
            ```

            | file | lines | what it is |
            |---|---:|---|

            """);
        foreach (var file in files)
        {
            text.Append($"| `{file.Name}` | {file.Lines} | {About(file.Name)} |\n");
        }

        text.Append("""

            `expected.json` lists, for each of the five detections, the lines whose events make risk events (`risk`) and those that its search matches
            by its terms but a threshold or the filter that ships with it lets go (`let_go`). Of the benign lines none makes a risk event.

            These files, this one included, are written by `dotnet run -c Release --project bench/Saker.Generate -- --samples samples`; a test proves it.
            The same program makes audit logs of any size for benchmarks:

            ```console
            $ dotnet run -c Release --project bench/Saker.Generate -- --size 1GB --seed 7 --out audit.ndjson
            $ dotnet run -c Release --project bench/Saker.Generate -- --size 1GB --seed 7 --out matches.ndjson --all-match
            ```

            ## The attack, step by step


            """);
        Tell(text, steps.Attack);
        text.Append("## What looks like it and is none\n\n");
        Tell(text, steps.Benign);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Tell(StringBuilder text, IEnumerable<Step> steps)
    {
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            text.Append($"{index + 1}. **{char.ToUpperInvariant(step.Title[0])}{step.Title[1..]}.** {step.Telling}\n\n");
            text.Append($"    - lines: {Lines(step)}\n    - {Found(step)}\n\n");
        }
    }

    private static string Lines(Step step)
    {
        // Everyday traffic is all over the files: naming its lines would help nobody.
        var lines = string.Join(' ', LineRanges.Of(step.Lines).Select(range => $"`{range}`"));
        return lines.Length > 300 ? $"{step.Lines.Count}, the rest" : lines;
    }

    private static string Found(Step step) => step.Outcome switch
    {
        Outcome.Risk => $"found by: {step.Detection}" + Which(step),
        Outcome.LetGo => $"matched by the search of {step.Detection} and let go" + Which(step),
        _ => "matched by none of the five",
    };

    private static string Which(Step step) =>
        step.Matched.Count == step.Lines.Count ? "" : $", at {string.Join(' ', LineRanges.Of(step.Matched).Select(range => $"`{range}`"))}";

    private static string About(string file) => file switch
    {
        "audit.ndjson" => "the API server's audit log (`audit.k8s.io/v1`), an event a line",
        "audit-eks-cloudwatch.ndjson" => "CloudWatch Logs subscription documents of an EKS cluster",
        "falco.ndjson" => "Falco's JSON output, rules 5.x",
        "falco.log" => "Falco's text output, rules 3.x, ISO 8601 times",
        "hostmetrics.otlp.json" => "OTLP JSON of the hostmetrics receiver's process scraper, a scrape a line",
        _ => "the same metrics as HEC metric events",
    };
}
