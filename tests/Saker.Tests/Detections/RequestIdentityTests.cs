using Saker.Risk;
using Xunit;

namespace Saker.Tests.Detections;

public sealed class RequestIdentityTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\\nb", "a\\\\nb")]
    public void Values_that_hold_line_breaks_cannot_pass_for_two(string text, string written) => Assert.Equal(written, RequestIdentity.OnOneLine(text));
}
