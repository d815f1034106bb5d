using Saker.Cli.Output;
using Xunit;

namespace Saker.Tests.Cli;

public sealed class CellWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("kube-system", 11)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("日本", 4)]
    [InlineData("한글", 4)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("😀", 2)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("🇨🇭", 2)]
    [InlineData("❤️", 2)]
    [InlineData("…", 1)]
    public void A_text_is_as_wide_as_a_terminal_shows_it(string text, int cells) => Assert.Equal(cells, CellWidth.Of(text));

    [Theory]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    public void What_is_cut_keeps_its_letters_whole_and_fits(string text, int cells, string cut)
    {
        Assert.Equal(cut, CellWidth.Cut(text, cells));
        Assert.True(CellWidth.Of(cut) <= cells);
    }

    [Fact]
    public void Blanks_fill_cells_and_not_characters() => Assert.Equal("日本  ", CellWidth.Pad("日本", 6));
}
