using System.Text.Json;
using System.Xml.Linq;
using Saker.Cli;
using Saker.Content;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Cli;

/// <summary>Forms that other programs read.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FormatTests
{
    private static readonly string Root = Path.Combine(GoldenTests.Root, "cli");

    [Fact]
    public async Task Sarif_has_a_rule_and_a_place_for_each_result()
    {
        var run = await SakerRun.Of("validate", Path.Combine(Root, "bad"), "--format", "sarif");

        Assert.Equal(ExitCode.Content, run.Exit);
        using var sarif = JsonDocument.Parse(run.Output);
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        var only = Assert.Single(sarif.RootElement.GetProperty("runs").EnumerateArray());
        var rules = only.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()).ToList();
        Assert.Equal(rules.Distinct(), rules);
        var results = only.GetProperty("results").EnumerateArray().ToList();
        Assert.NotEmpty(results);
        Assert.All(results, result =>
        {
            Assert.Equal(rules[result.GetProperty("ruleIndex").GetInt32()], result.GetProperty("ruleId").GetString());
            Assert.Contains(result.GetProperty("level").GetString(), (string[])["error", "warning", "note"]);
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.True(Uri.TryCreate(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.RelativeOrAbsolute, out _));
            var region = place.GetProperty("region");
            Assert.True(region.GetProperty("startLine").GetInt32() >= 1 && region.GetProperty("startColumn").GetInt32() >= 1);
            Assert.True(region.GetProperty("endLine").GetInt32() >= region.GetProperty("startLine").GetInt32());
        });
    }

    [Fact]
    public async Task JUnit_counts_what_it_holds()
    {
        var run = await SakerRun.Of("test", Path.Combine(Root, "content"), "--format", "junit");

        var suites = XDocument.Parse(run.Output).Root!;
        var cases = suites.Descendants("testcase").ToList();
        Assert.Equal(cases.Count, (int)suites.Attribute("tests")!);
        Assert.Equal(cases.Count(c => c.Element("failure") is not null), (int)suites.Attribute("failures")!);
        Assert.Equal(cases.Count(c => c.Element("skipped") is not null), (int)suites.Attribute("skipped")!);
    }

    [Fact]
    public async Task All_shipped_tests_pass_with_every_variant()
    {
        var run = await SakerRun.Of("test", "--format", "json");

        Assert.Equal((ExitCode.Nothing, ""), (run.Exit, run.Errors));
        using var report = JsonDocument.Parse(run.Output);
        Assert.Equal(0, report.RootElement.GetProperty("failed").GetInt32());
        Assert.All(report.RootElement.GetProperty("tests").EnumerateArray(), test => Assert.Equal(4, test.GetProperty("variants").GetArrayLength()));
        Assert.True(ContentLibrary.Load([ContentLibrary.ShippedRoot]).Detections.Sum(d => d.Tests.Count) <= report.RootElement.GetProperty("passed").GetInt32());
    }

    [Fact]
    public async Task Output_goes_to_a_file_where_asked()
    {
        var path = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}.csv");
        try
        {
            var run = await SakerRun.Of("search", "* | stats count by verb", Path.Combine(Root, "data", "three.ndjson"), "--format", "csv", "--output", path);

            Assert.Equal((0, "", ""), (run.Exit, run.Output, run.Errors));
            Assert.Equal("verb,count\r\ncreate,1\r\nget,2\r\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_overview_names_each_verb_in_a_line()
    {
        var run = await SakerRun.Of("--help");

        Assert.Equal((0, ""), (run.Exit, run.Errors));
        Assert.All((string[])["scan", "search", "explain", "list", "show", "validate", "test", "replay", "help"], verb => Assert.Contains($"\n  {verb} ", run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("Exit codes:", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("search")]
    [InlineData("explain")]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("validate")]
    [InlineData("test")]
    [InlineData("replay")]
    [InlineData("help")]
    public async Task Each_verb_explains_itself_with_examples_and_exit_codes(string verb)
    {
        var run = await SakerRun.Of(verb, "--help");

        Assert.Equal((0, ""), (run.Exit, run.Errors));
        Assert.Contains($"saker {verb}", run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
    }
}
