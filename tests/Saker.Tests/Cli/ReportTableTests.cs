using Saker.Cli.Output;
using Xunit;

namespace Saker.Tests.Cli;

public sealed class ReportTableTests
{
    [Fact]
    public void Columns_are_two_cells_apart_and_numbers_end_at_the_same_place()
    {
        var table = new ReportTable([new("Name"), new("Score", isRight: true), new("Technique")]);
        table.Add(["Scan", "5", "T1046"]);
        table.Add(["Shell spawned", "1,234", "T1204"]);
        table.Fit();

        Assert.Equal(
            """
            Name           Score  Technique
            Scan               5  T1046
            Shell spawned  1,234  T1204

            """,
            Written(table));
    }

    [Fact]
    public void A_text_wider_than_its_column_goes_on_below_and_what_is_empty_leaves_no_blanks_at_the_end()
    {
        var table = new ReportTable([new("Name", 8), new("Message", 12), new("Events", 6, isRight: true)]);
        table.Add(["Shell", "opened by system:serviceaccount:ci", "2"]);
        table.Add(["日本語の名前", "", ""]);

        Assert.Equal(
            """
            Name      Message       Events
            Shell     opened by          2
                      system:
                      serviceaccou
                      nt:ci
            日本語の
            名前

            """,
            Written(table));
    }

    [Theory]
    [InlineData(12, "system: serviceaccou nt:ci:")]
    [InlineData(15, "system: serviceaccount: ci:")]
    [InlineData(22, "system:serviceaccount: ci:")]
    [InlineData(25, "system:serviceaccount:ci:")]
    public void A_word_breaks_after_a_separator_where_that_keeps_the_rest_whole(int width, string broken) =>
        Assert.Equal(broken, CellRow.Breakable("system:serviceaccount:ci:", width));

    [Theory]
    [InlineData("", 0)]
    [InlineData("system:serviceaccount:ci", 15)]
    [InlineData("pulled in\nKubernetes from ip", 10)]
    [InlineData("arn:aws:sts::111122223333:role", 13)]
    [InlineData("日本語 名前", 6)]
    public void The_longest_part_is_what_does_not_break(string text, int cells) => Assert.Equal(cells, CellRow.LongestPart(text));

    [Fact]
    public void What_stands_out_is_wrapped_in_its_style_alone()
    {
        var table = new ReportTable([new("Name"), new("Score", isRight: true)]);
        table.Add(["Scan", "5"], "\e[33m", styled: 1);
        table.Fit();

        Assert.Equal("\e[1mName\e[0m  \e[1mScore\e[0m\nScan      \e[33m5\e[0m\n", Written(table, "\e[1m"));
    }

    private static string Written(ReportTable table, string heading = "")
    {
        using var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer, heading);
        return writer.ToString();
    }
}
