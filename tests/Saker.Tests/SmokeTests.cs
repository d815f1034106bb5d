using Xunit;
namespace Saker.Tests;
public class SmokeTests { [Fact] public void Runs() => Assert.True(true); }
