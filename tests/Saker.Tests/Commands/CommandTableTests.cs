using Saker.Spl.Commands;
using Saker.Spl.Syntax;
using Xunit;

namespace Saker.Tests.Commands;

public sealed class CommandTableTests
{
    public static TheoryData<string> Names() => [.. CommandTable.All.Select(c => c.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_parses_and_its_printed_form_parses_to_itself(string name)
    {
        var example = CommandTable.Find(name)!.Example;
        var generates = example.StartsWith('|');
        var printed = PipelineParser.Parse(generates ? example : name == "search" ? example : $"| {example}").ToString();
        Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_command_is_found_by_each_of_its_names(string name)
    {
        var spec = CommandTable.Find(name)!;
        Assert.All(spec.Aliases, alias => Assert.Same(spec, CommandTable.Find(alias)));
        Assert.StartsWith(name, spec.Synopsis, StringComparison.Ordinal);
        Assert.EndsWith(".", spec.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_of_Splunks_that_is_not_here_has_an_alternative_or_a_reason() =>
        Assert.DoesNotContain(CommandTable.KnownInSplunk, name => CommandTable.Find(name) is null && CommandTable.Alternative(name) is null && CommandTable.Refusal(name) is null);
}
