using System.Text;
using System.Text.RegularExpressions;
using Saker.Content;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.Tests.Cli;

/// <summary>
/// Runs the command lines of <c>tests/golden/cli/*.txt</c> and compares what they write: <c>$ saker …</c>, then its output, its errors with <c>! </c> before each line, then
/// <c>exit N</c>. ACCEPT=1 rewrites.
/// </summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class TranscriptTests
{
    private static readonly string Root = Path.Combine(GoldenTests.Root, "cli");
    private static readonly bool Accepts = Environment.GetEnvironmentVariable("ACCEPT") == "1";

    public static TheoryData<string> Files() => new(Directory.EnumerateFiles(Root, "*.txt").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_command_line_writes_what_is_written(string file)
    {
        Environment.SetEnvironmentVariable("COLUMNS", "120");

        // A server that runs on this machine is not asked.
        Environment.SetEnvironmentVariable("SAKER__DATA_DIRECTORY", Path.Combine(Root, "nowhere"));
        var path = Path.Combine(Root, file);
        var expected = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var actual = new StringBuilder();
        foreach (var line in expected.Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                actual.Append(actual.Length > 0 ? "\n" : "").Append(line).Append('\n');
            }
            else if (line.StartsWith("$ saker ", StringComparison.Ordinal))
            {
                actual.Append(actual.Length > 0 && !actual.ToString().Split('\n')[^2].StartsWith('#') ? "\n" : "").Append(line).Append('\n').Append(await TranscribeAsync(line["$ saker ".Length..]));
            }
        }

        if (Accepts)
        {
            await File.WriteAllTextAsync(path, actual.ToString(), TestContext.Current.CancellationToken);
        }
        else
        {
            Assert.Equal(expected, actual.ToString());
        }
    }

    private static async Task<string> TranscribeAsync(string line)
    {
        var run = await SakerRun.Of([.. Split(line).Select(a => a.Replace("{cli}", Root, StringComparison.Ordinal))]);
        var text = new StringBuilder();
        foreach (var written in Lines(run.Output))
        {
            text.Append(written).Append('\n');
        }

        foreach (var told in Lines(run.Errors))
        {
            text.Append($"! {told}".TrimEnd()).Append('\n');
        }

        return text.Append($"exit {run.Exit}\n").ToString();
    }

    /// <summary>What differs from machine to machine and from run to run is made the same.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
        text = text.Replace(Root, "{cli}", StringComparison.Ordinal).Replace(ContentLibrary.ShippedRoot, "{shipped}", StringComparison.Ordinal);
        text = Indexed().Replace(Duration().Replace(text, "in N s"), "N");
        text = Times().Replace(text, m => m.Groups[1].Value + "N\"");
        return text.Length == 0 ? [] : text.Split('\n').Select(l => l.TrimEnd());
    }

    /// <summary>As a shell does, for words and both kinds of quotes.</summary>
    private static IEnumerable<string> Split(string line) => Words().Matches(line).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Success ? m.Groups[2].Value : m.Value);

    [GeneratedRegex("'([^']*)'|\"([^\"]*)\"|[^\\s]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"in \d+\.\d+ s")]
    private static partial Regex Duration();

    [GeneratedRegex("(?<=\"?_indextime\"?(?::| = ))\\d+")]
    private static partial Regex Indexed();

    [GeneratedRegex("( time=\")[0-9.]+\"")]
    private static partial Regex Times();
}
