using System.Text;
using Saker.Spl.Aggregates;
using Saker.Spl.Commands;
using Saker.Spl.Functions;
using Xunit;

namespace Saker.Tests.Docs;

/// <summary>The reference pages are made from the tables that the parser reads; <c>ACCEPT=1</c> writes them.</summary>
public sealed class ReferenceTests
{
    private static readonly string Pages = Path.Combine(Repository.Root, "docs", "reference");

    [Fact]
    public void The_page_of_commands_lists_the_table()
    {
        var text = new StringBuilder("# Commands\n\nMade from the table that the parser reads. What is not here is refused when a search is loaded, with its place.\n\n| command | what it does |\n|---|---|\n");
        foreach (var spec in Sorted())
        {
            text.Append($"| [{spec.Name}](commands/{spec.Name}.md) | {Cell(spec.Summary)} |\n");
        }

        Check("commands.md", text.ToString());
    }

    [Fact]
    public void Each_command_has_a_page_that_says_what_the_table_says()
    {
        Directory.CreateDirectory(Path.Combine(Pages, "commands"));
        foreach (var spec in Sorted())
        {
            Check(Path.Combine("commands", spec.Name + ".md"), CommandPage.Of(spec));
        }

        var names = Sorted().Select(s => s.Name).ToHashSet();
        Assert.Equal([], Directory.EnumerateFiles(Path.Combine(Pages, "commands")).Select(f => Path.GetFileNameWithoutExtension(f)!).Where(n => !names.Contains(n)));
    }

    private static IEnumerable<CommandSpec> Sorted() => CommandTable.All.OrderBy(s => s.Name, StringComparer.Ordinal);

    [Fact]
    public void The_page_of_functions_says_what_the_table_says()
    {
        var text = new StringBuilder("# Eval functions\n\nMade from the table that the parser reads.\n\n| function | what it gives |\n|---|---|\n");
        foreach (var spec in FunctionTable.All.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            text.Append($"| `{Cell(spec.Synopsis)}` | {Cell(spec.Summary)} |\n");
        }

        Check("functions.md", text.ToString());
    }

    [Fact]
    public void The_page_of_aggregates_says_what_the_table_says()
    {
        var text = new StringBuilder("# Aggregates\n\nFor stats, eventstats, streamstats, chart, timechart, mstats and tstats. Made from the table that the parser reads.\n\n| aggregate | also called | what it gives |\n|---|---|---|\n");
        foreach (var spec in AggregateTable.All.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            text.Append($"| `{Cell(spec.Synopsis)}` | {string.Join(", ", spec.Aliases.Select(a => $"`{a}`"))} | {Cell(spec.Summary)} |\n");
        }

        Check("aggregates.md", text.ToString());
    }

    [Fact]
    public void Every_command_has_a_golden_file()
    {
        var tried = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "golden", "commands"), "*.spl").Select(f => Path.GetFileNameWithoutExtension(f));
        Assert.Equal([], CommandTable.All.Select(s => s.Name).Except(tried));
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    internal static void Check(string page, string expected)
    {
        var path = Path.Combine(Pages, page);
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(path, expected);
        }
        else
        {
            Assert.Equal(expected, File.Exists(path) ? File.ReadAllText(path) : "");
        }
    }
}
