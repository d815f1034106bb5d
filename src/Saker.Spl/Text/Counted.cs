namespace Saker.Spl.Text;

/// <summary>How many of something, for people: <c>1 row</c>, <c>1,204 rows</c>.</summary>
public static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="noun">One of them; its plural takes an s.</param>
    public static string Of(long count, string noun) => $"{count:#,0} {noun}{(count == 1 ? "" : "s")}";
}
