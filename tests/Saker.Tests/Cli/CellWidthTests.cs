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

    [Theory]
    [InlineData("abcdef", 4, "abcd ef")]
    [InlineData("ab:cdef", 4, "ab: cdef")]
    [InlineData("安全検査", 4, "安全 検査")]
    [InlineData("安全検査", 5, "安全 検査")]
    [InlineData("安", 1, "安")]
    [InlineData("安全", 1, "安 全")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301 e\u0301")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧", 2, "👩‍👩‍👧 👩‍👩‍👧")]
    public void A_word_of_the_scans_table_breaks_where_its_cells_are_used_up(string word, int width, string broken) => Assert.Equal(broken, CellRow.Breakable(word, width));

    [Fact]
    public void A_letter_that_is_wider_than_its_column_does_not_keep_it_breaking_for_ever() =>
        Assert.Equal(string.Join(' ', Enumerable.Repeat("検", 40)), CellRow.Breakable(new string('検', 40), 1));
}
