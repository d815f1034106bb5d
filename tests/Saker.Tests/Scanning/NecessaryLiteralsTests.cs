using System.Text;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Scanning;

public sealed class NecessaryLiteralsTests
{
    [Theory]
    [InlineData("verb=create objectRef.namespace IN (\"default\", \"kube-*\")", "verb; verb\":\"create\"; objectRef; namespace\":\"default\" or namespace\":\"kube-")]
    [InlineData("\"ünicode\"", "nicode")]
    [InlineData("\"naïve façade\"", "ve fa; ade")]
    [InlineData("日本", "")]
    [InlineData("zq OR verb=get", "")]
    [InlineData("k9s*", "k9s")]
    [InlineData("\"\u212A9s-kio\u017Fk\"", "9s-kio")]
    [InlineData("a=1", "a\":1 or a\":\"1")]
    [InlineData("a=x", "a\":\"x\"")]
    [InlineData("a{}=x", "\"x\"")]
    [InlineData("a{}=x*y", "")]
    [InlineData("name=ü", "name")]
    [InlineData("name=aüb*", "name; name\":\"a")]
    [InlineData("kläranlage=ü*bereit", "ranlage; bereit\"")]
    [InlineData("a>5", "")]
    public void They_are_ASCII_and_three_letters_long_or_there_are_none(string search, string expected)
    {
        var predicate = SearchPlanner.Plan(new SourceText("search", search), new MacroTable()).Requests[0].Predicate;
        var literals = NecessaryLiterals.Of(predicate, isCompact: true);
        Assert.Equal(expected, string.Join("; ", literals.Select(l => string.Join(" or ", l))));
        Assert.All(literals.SelectMany(l => l), text => Assert.True(text.Length >= 3 && Ascii.IsValid(text)));
    }
}
