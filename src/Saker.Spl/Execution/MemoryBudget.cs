using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Counts what a search keeps in memory, so that it fails with a clear error and not by taking the machine with it.</summary>
public sealed class MemoryBudget(long bytes)
{
    public const long DefaultBytes = 96L << 20;

    private long used;

    public long Bytes { get; } = bytes;

    public long Used => used;

    /// <summary>Whether more than a share of the budget is in use: time for an operator that can to go to disk.</summary>
    public bool IsTight => used > Bytes / 2;

    /// <exception cref="SplException">The budget is used up.</exception>
    public void Take(long amount, string command, Diagnostic? place = null)
    {
        used += amount;
        if (used > Bytes)
        {
            throw new SplException(Exceeded(command, place));
        }
    }

    public void Give(long amount) => used -= amount;

    private Diagnostic Exceeded(string command, Diagnostic? place)
    {
        var message = $"{command} needs more than the {Bytes >> 20} MB of memory that a search may use";
        const string hint = "group by fewer fields, or narrow the search or its time range";
        return place is null
            ? new Diagnostic("SPL0901", Severity.Error, message, new SourceText(command, command), new SourceSpan(0, command.Length), hint)
            : place with { Code = "SPL0901", Message = message, Hint = hint };
    }
}
