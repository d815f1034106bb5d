using System.Text;
using Saker.Spl.Aggregates;
using Saker.Spl.Commands;
using Saker.Spl.Functions;
using Xunit;

namespace Saker.Tests.Docs;

/// <summary>What published content uses, against the tables; <c>ACCEPT=1</c> writes the page.</summary>
public sealed class SupportTests
{
    private static readonly (string Name, string Uses)[] Commands =
    [
        ("search", "1870"), ("convert", "1662"), ("rename", "1337"), ("tstats", "957"), ("stats", "908"), ("where", "372"), ("eval", "323"), ("fillnull", "317"), ("rex", "121"),
        ("table", "110"), ("bin", "103"), ("lookup", "99"), ("fields", "65"), ("eventstats", "57"), ("join", "53"), ("spath", "50"), ("regex", "32"), ("mvexpand", "24"), ("iplocation", "20"),
        ("dedup", "16"), ("mstats", "14"), ("apply", "12"), ("transaction", "8"), ("streamstats", "2"), ("append", "few"), ("foreach", "few"), ("inputlookup", "few"), ("rare", "few"),
        ("sort", "few"), ("top", "few"), ("fit", "baselines"), ("outputlookup", "baselines"), ("xmlkv", "few"), ("anomalydetection", "one"), ("cyberchef", "one"), ("dnstwist", "one"), ("multikv", "one"), ("outlier", "one"),
    ];

    private static readonly string[] Functions = ["if", "mvjoin", "null", "relative_time", "replace", "round", "split", "strptime", "tostring"];

    private static readonly string[] Aggregates = ["avg", "count", "dc", "max", "min", "stdev", "values"];

    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["apply"] = "needs a model that Splunk's Machine Learning Toolkit trained; the model is no part of the search",
        ["fit"] = "trains a model of Splunk's Machine Learning Toolkit",
        ["multikv"] = "reads tables in text; not written yet",
        ["anomalydetection"] = "a statistical model of Splunk's own that is not documented in full",
        ["outlier"] = "replaces values far from the others by them; not written yet",
        ["cyberchef"] = "a command of an app that the detection asks the reader to install",
        ["dnstwist"] = "a command of an app that the detection asks the reader to install",
    };

    private const string Measured = """
        How many of the published searches load and plan, and why the rest does not, is in [corpus.md](corpus.md), which the test that counts them writes.

        Each of Kubernetes' and Isovalent's tells a case of ours and misses one that is nearly so (`KubernetesDetectionTests`, `KubernetesMetricDetectionTests`), but
        one that can tell nothing, in Splunk neither: it asks for `data.protoPayload.response.status.allowed!=*`.

        """;

    [Fact]
    public void The_page_says_of_each_command_function_and_aggregate_whether_it_is_there_or_why_not()
    {
        var commands = CommandTable.All.SelectMany(s => s.Aliases.Append(s.Name)).ToHashSet();
        var functions = FunctionTable.All.Select(s => s.Name).ToHashSet();
        var aggregates = AggregateTable.All.SelectMany(s => s.Aliases.Append(s.Name)).ToHashSet();
        var text = new StringBuilder(
            "# What of Splunk's published content runs\n\nThe commands, functions and aggregates that the published detections use, against the tables that the parser reads. Made by a test.\n\n## Measured\n\n");
        text.Append(Measured.ReplaceLineEndings("\n"));
        text.Append("\n## Commands\n\n| command | searches of 1,870 | supported |\n|---|---|---|\n");
        foreach (var (name, uses) in Commands)
        {
            text.Append($"| `{name}` | {uses} | {Answer(commands, name)} |\n");
        }

        text.Append("\nAll others that are known are in [commands.md](commands.md).\n\n## Functions of Kubernetes' detections\n\n| function | supported |\n|---|---|\n");
        foreach (var name in Functions)
        {
            text.Append($"| `{name}` | {Answer(functions, name)} |\n");
        }

        text.Append("\nAll others are in [functions.md](functions.md).\n\n## Aggregates of Kubernetes' detections\n\n| aggregate | supported |\n|---|---|\n");
        foreach (var name in Aggregates)
        {
            text.Append($"| `{name}` | {Answer(aggregates, name)} |\n");
        }

        text.Append("\nAll others are in [aggregates.md](aggregates.md).\n");
        ReferenceTests.Check("support.md", text.ToString());
    }

    private static string Answer(HashSet<string> known, string name) => known.Contains(name) ? "yes" : $"no: {Reasons[name]}";
}
