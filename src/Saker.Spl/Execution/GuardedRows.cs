using System.Text.RegularExpressions;
using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Turns what may go wrong inside an operator through the data, not through a mistake of ours, into a diagnostic.</summary>
internal static class GuardedRows
{
    public static IEnumerable<Row> Of(IEnumerable<Row> rows)
    {
        using var enumerator = rows.GetEnumerator();
        while (Run(enumerator.MoveNext))
        {
            yield return enumerator.Current;
        }
    }

    public static T Run<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (RegexMatchTimeoutException timeout)
        {
            throw new SplException(new Diagnostic(
                "SPL0903",
                Severity.Error,
                $"a regular expression took more than {timeout.MatchTimeout.TotalSeconds:0} s on one value",
                new SourceText("regular expression", timeout.Pattern),
                new SourceSpan(0, timeout.Pattern.Length),
                "avoid nested repetition such as (a+)+, lookarounds and back references, or match less text"));
        }
    }
}
