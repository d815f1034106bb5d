using System.Text.RegularExpressions;
using Saker.Cli;
using Xunit;

namespace Saker.Tests.Cli;

public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Its_first_screen_shows_what_the_command_writes()
    {
        var output = Path.GetTempFileName();
        try
        {
            Assert.Equal(0, await CommandLine.RunAsync(["scan", Path.Combine(Repository.Root, "samples"), "--tuned", "--output", output]));
            var written = Durations().Replace((await File.ReadAllTextAsync(output)).TrimEnd(), "in 0.3 s");
            written = string.Join('\n', written.Split('\n').Select(line => line.TrimEnd()));
            var path = Path.Combine(Repository.Root, "README.md");
            var readme = await File.ReadAllTextAsync(path);
            var expected = Block().Replace(readme, m => $"{m.Groups[1].Value}```text\n{written}\n```\n{m.Groups[2].Value}");
            if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
            {
                await File.WriteAllTextAsync(path, expected);
            }
            else
            {
                Assert.Equal(expected, readme);
            }
        }
        finally
        {
            File.Delete(output);
        }
    }

    [GeneratedRegex(@"in [0-9.]+ s")]
    private static partial Regex Durations();

    [GeneratedRegex(@"(<!-- scan:[^>]*-->\n)```text\n.*?```\n(<!-- /scan -->)", RegexOptions.Singleline)]
    private static partial Regex Block();
}
