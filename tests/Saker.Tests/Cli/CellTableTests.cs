using Saker.Cli.Output;
using Xunit;

namespace Saker.Tests.Cli;

public sealed class CellTableTests
{
    [Fact]
    public void Columns_line_up_whatever_script_they_hold() => Assert.Equal(
        """
           n   name     ns
        ───────────────────────
           1   日本語   kube
          20   👩‍👩‍👧 é     🇨🇭
               abc      two
                        lines

        """,
        Print(80, "n|name|ns", "1|日本語|kube", "20|👩‍👩‍👧 é|🇨🇭", "|abc|two\nlines"));

    [Fact]
    public void The_widest_column_gives_way_first_and_breaks_at_blanks_and_separators() => Assert.Equal(
        """
          n   user              message
        ─────────────────────────────────────────
          1   serviceaccount:   a longer
              worker            message that
                                wraps

        """,
        Print(42, "n|user|message", "1|serviceaccount:worker|a longer message that wraps"));

    [Fact]
    public void A_wide_letter_is_not_cut_apart() => Assert.Equal(
        """
          n   name
        ────────────
          1   日本
              語😀

        """,
        Print(12, "n|name", "1|日本語😀"));

    [Theory]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(47)]
    [InlineData(59)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        var text = Print(width, "n|名前|user.username|e", "1|日本語のとても長いポッド名|system:serviceaccount:kube-system:replicaset|👩‍👩‍👧😀😀😀😀😀😀😀", "22|x|y|z");
        Assert.All(text.Split('\n'), line => Assert.True(CellWidth.Of(line) <= width, line));
    }

    private static string Print(int width, string names, params string[] rows)
    {
        var columns = names.Split('|');
        var table = new CellTable([.. columns.Select((n, i) => new CellTable.Column(n, i == 0))]);
        foreach (var row in rows)
        {
            table.Add(row.Split('|'));
        }

        using var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer, width, name => name);
        return writer.ToString();
    }
}
