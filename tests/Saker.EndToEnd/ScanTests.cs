using Xunit;

namespace Saker.EndToEnd;

public sealed class ScanTests
{
    [Fact]
    public async Task The_program_scans_the_samples()
    {
        var (code, output, error) = await SakerProcess.RunAsync("scan", "samples/");
        Assert.Equal(0, code);
        Assert.Contains("Ran 5 detections", output + error);
    }

    [Theory]
    [InlineData("scan -")]
    [InlineData("search '* | head 1' -")]
    public async Task Standard_input_that_is_closed_is_told_and_not_waited_for(string verb)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no such shell");

        var closed = await SakerProcess.ShellAsync($"timeout 60 saker {verb} <&-");
        var empty = await SakerProcess.ShellAsync($"timeout 60 saker {verb} </dev/null");
        var piped = await SakerProcess.ShellAsync($"cat samples/falco.log | timeout 60 saker {verb}");

        Assert.Equal((64, "", "saker: -: standard input is closed; pipe something in, or name a file\n"), closed);
        Assert.NotEqual(64, empty.ExitCode);
        Assert.Equal(0, piped.ExitCode);
    }
}
