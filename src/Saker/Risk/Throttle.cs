using Saker.Content;

namespace Saker.Risk;

/// <summary>
/// Keeps back what a detection says again of the same values within its period. Windows count, not clocks: evaluating one again, in whatever order, keeps back
/// the same.
/// </summary>
internal sealed class Throttle(Throttling throttling)
{
    private readonly Dictionary<string, DateTimeOffset> told = new(StringComparer.Ordinal);

    /// <summary>The values that are kept back, and the run that told them last.</summary>
    public IEnumerable<KeyValuePair<string, DateTimeOffset>> Told => told;

    /// <summary>Takes up what an earlier process kept.</summary>
    public void Resume(string key, DateTimeOffset run) => told[key] = run;

    /// <summary>Whether an earlier window said it within the period; if not, this one does.</summary>
    /// <param name="e">The risk event.</param>
    /// <param name="changed">The values that it now stands for; null if that was known.</param>
    public bool KeepsBack(RiskEvent e, out string? changed)
    {
        var (key, run) = (KeyOf(e), e.Window.ScheduledTime);
        changed = null;
        if (!told.TryGetValue(key, out var last))
        {
            told[key] = run;
            changed = key;
            return false;
        }

        if (run > last && run - last < throttling.Period)
        {
            return true;
        }

        if (run > last)
        {
            told[key] = run;
            changed = key;
        }

        return false;
    }

    private string KeyOf(RiskEvent e) => string.Join('\n', throttling.Fields.Select(f => $"{f}={RequestIdentity.OnOneLine(ValueOf(e, f))}"));

    private static string ValueOf(RiskEvent e, string field) => string.Join(',', e.Fields.FirstOrDefault(f => f.Key == field).Value ?? []);
}
