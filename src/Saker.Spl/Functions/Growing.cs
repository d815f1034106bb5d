using Saker.Spl.Text;

namespace Saker.Spl.Functions;

/// <summary>Bounds on what one function may make, so that a search of a few lines cannot take the machine's memory.</summary>
internal static class Growing
{
    public const int LongestText = 16 << 20;
    public const int MostValues = 100_000;

    public static string Checked(string text)
    {
        CheckText(text.Length);
        return text;
    }

    /// <exception cref="SplException">The text would be longer than 16 M characters.</exception>
    public static void CheckText(long length)
    {
        if (length > LongestText)
        {
            throw Fail($"a text would be longer than {LongestText >> 20} million characters");
        }
    }

    /// <exception cref="SplException">There would be more than 100,000 values.</exception>
    public static void CheckValues(long count)
    {
        if (count > MostValues)
        {
            throw Fail($"a multivalue would have more than {MostValues:#,0} values");
        }
    }

    private static SplException Fail(string message) =>
        new(new Diagnostic("SPL0904", Severity.Error, message, new SourceText("search", ""), default, "make the expression give less"));
}
