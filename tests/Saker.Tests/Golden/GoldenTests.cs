using Saker.Spl.Planning;
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

            var actual = GoldenAnswer.Of(engine, record);
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
}
