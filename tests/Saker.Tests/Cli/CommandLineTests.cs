using Saker.Cli;
using Xunit;

namespace Saker.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void A_verb_is_made_alone_where_it_is_asked_for()
    {
        foreach (var verb in CommandLine.Root().Subcommands)
        {
            Assert.Equal([verb.Name], CommandLine.RootOf(verb.Name).Subcommands.Select(c => c.Name));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("scn")]
    public void Any_other_word_makes_all_verbs(string word) => Assert.Equal(CommandLine.Root().Subcommands.Select(c => c.Name), CommandLine.RootOf(word).Subcommands.Select(c => c.Name));
}
