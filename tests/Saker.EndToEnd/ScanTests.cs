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
}
