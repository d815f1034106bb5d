using Saker.Benchmarks.Comparison;
using Xunit;

namespace Saker.Tests.Benchmarks;

public sealed class AnswerTests
{
    [Fact]
    public void Rows_are_compared_whatever_their_order_and_the_columns_that_nobody_asked_for()
    {
        var one = Of("""{"src_ip":"192.0.2.1","count":"7","userAgent":"curl"}""", """{"src_ip":"192.0.2.2","count":9}""");
        var other = Of("""{"count":9,"src_ip":"192.0.2.2"}""", """{"count":7,"src_ip":"192.0.2.1"}""");
        Assert.Null(one.DifferenceFrom(other));
    }

    [Fact]
    public void A_row_that_only_one_has_is_told()
    {
        var difference = Of("""{"src_ip":"192.0.2.1","count":7}""").DifferenceFrom(Of("""{"src_ip":"192.0.2.1","count":8}"""));
        Assert.Equal(
            """
            kubernetes_access_scanning: 1 rows here, 1 there
              only here:  src_ip=192.0.2.1 | count=7
              only there: src_ip=192.0.2.1 | count=8
            """,
            difference);
    }

    [Fact]
    public void Where_only_the_number_of_rows_is_known_it_is_compared()
    {
        var rows = Of("""{"src_ip":"192.0.2.1","count":7}""");
        Assert.Null(new Answer().Add(Questions.AccessScanning, 1).DifferenceFrom(rows));
        Assert.Equal("kubernetes_access_scanning: 2 here, 1 there", new Answer().Add(Questions.AccessScanning, 2).DifferenceFrom(rows));
        Assert.Null(new Answer().Add(Questions.Everything, 2).DifferenceFrom(rows));
    }

    private static Answer Of(params string[] lines) => Answer.OfJsonLines(lines, [Questions.AccessScanning], Questions.Columns, Questions.AccessScanning);
}
