using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Golden;

public sealed class GoldenTests
{
    private static readonly bool Accepts = Environment.GetEnvironmentVariable("ACCEPT") == "1";

    public static string Root { get; } = Path.Combine(Repository.Root, "tests", "golden");

    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Root, "*.spl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            files.Add(Path.GetRelativePath(Root, file));
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_record_gives_what_is_written(string file) => Run(file, PlanRules.All, Accepts);

    [Theory]
    [MemberData(nameof(Files))]
    public void Rows_do_not_depend_on_the_rules_of_the_planner(string file) => Run(file, PlanRules.None, accepts: false);

    private static void Run(string file, PlanRules rules, bool accepts)
    {
        var golden = GoldenFile.Read(Path.Combine(Root, file));
        var engine = new GoldenEngine { Rules = rules };
        var failures = new List<string>();
        for (var i = 0; i < golden.Records.Count; i++)
        {
            var record = golden.Records[i];
            if (rules != PlanRules.All && record.Kind is "plan" or "canonical")
            {
                continue;
            }

            var actual = Evaluate(engine, record);
            if (actual is null || (record.HasExpected && actual.SequenceEqual(record.Expected)))
            {
                continue;
            }

            if (accepts)
            {
                golden.Accept(record, actual);
                golden = GoldenFile.Read(golden.Path);
            }
            else
            {
                failures.Add($"{file}:{record.Line}\nexpected\n  {string.Join("\n  ", record.Expected)}\nactual\n  {string.Join("\n  ", actual)}");
            }
        }

        Assert.True(failures.Count == 0, $"rules {rules}\n" + string.Join("\n\n", failures));
    }

    /// <summary>The lines that a record gives; null for records that only set something up.</summary>
    private static List<string>? Evaluate(GoldenEngine engine, GoldenRecord record)
    {
        var search = string.Join('\n', record.Body);
        switch (record.Kind)
        {
            case "data":
                engine.AddData(record);
                return null;
            case "lookup":
                engine.AddLookup(record);
                return null;
            case "macro":
                AddMacro(engine, record);
                return null;
            case "now":
                engine.Now = DateTimeOffset.Parse(record.Words[0], System.Globalization.CultureInfo.InvariantCulture);
                return null;
            case "memory":
                engine.MemoryBytes = long.Parse(record.Words[0], System.Globalization.CultureInfo.InvariantCulture);
                return null;
            case "query":
                return Query(engine, search, record.Words.Contains("ordered"));
            case "canonical":
                return [PipelineParser.Parse(new SourceText("query", search), engine.Macros).ToString()];
            case "plan":
                return [.. Explain.Print(engine.Plan(search)).Split('\n')];
            case "error":
                return Error(engine, search);
            default:
                throw new InvalidDataException($"unknown record `{record.Header}` at line {record.Line}");
        }
    }

    /// <summary>Defines what a record <c>macro name(argument)</c> says.</summary>
    internal static void AddMacro(GoldenEngine engine, GoldenRecord record)
    {
        var name = record.Words[0];
        var open = name.IndexOf('(');
        string[] arguments = open < 0 ? [] : name[(open + 1)..^1].Split(',');
        var bare = open < 0 ? name : name[..open];
        engine.Macros.Set(new Macro(bare, arguments, new SourceText($"macro `{bare}`", string.Join('\n', record.Body)), record.Words.Contains("iseval")));
    }

    private static List<string> Query(GoldenEngine engine, string search, bool ordered)
    {
        try
        {
            var printed = PipelineParser.Parse(new SourceText("query", search), engine.Macros).ToString();
            Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
            return engine.Run(search, ordered);
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.SelectMany(d => DiagnosticRenderer.RenderBrief(d).Split('\n'))];
        }
    }

    private static List<string> Error(GoldenEngine engine, string search)
    {
        try
        {
            engine.Run(search, ordered: false);
            return ["no error"];
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.SelectMany(d => DiagnosticRenderer.RenderBrief(d).Split('\n'))];
        }
    }
}
