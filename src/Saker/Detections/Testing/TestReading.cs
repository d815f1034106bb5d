using System.Text;
using Saker.Content;
using Saker.Risk;
using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Detections.Testing;

/// <summary>What a detection made of a test's events: the very path that <c>scan</c> takes.</summary>
internal sealed record TestReading
{
    private const int MostNullsTold = 3;

    public required DetectionOutcome Outcome { get; init; }

    public required IReadOnlyList<RiskEvent> RiskEvents { get; init; }

    public required IReadOnlyList<string> Rejections { get; init; }

    public required long Read { get; init; }

    public required bool HasRepeatable { get; init; }

    /// <summary>Rows in which a risk object's field is absent or the text "null", which contentctl refuses.</summary>
    public required IReadOnlyList<string> BrokenRows { get; init; }

    public static async Task<TestReading> RunAsync(PreparedDetection prepared, ScanSettings settings, CancellationToken cancellation, params TestEvents[] readings)
    {
        var broken = new ContentctlRule(prepared.Detection);
        using var scan = new Scan([prepared], settings with { OnRow = broken.Look, Workers = 1 });
        foreach (var input in readings.SelectMany(r => r.Inputs()))
        {
            await scan.ReadAsync(input, _ => { }, cancellation).ConfigureAwait(false);
        }

        var outcome = scan.Evaluate(cancellation)[0];
        return new TestReading
        {
            Outcome = outcome,
            RiskEvents = [.. scan.RiskEvents()],
            Rejections = scan.Counts.Rejections,
            Read = scan.Counts.Read,
            HasRepeatable = scan.WithoutIdentity > 0,
            BrokenRows = [.. broken.Told.Take(MostNullsTold)],
        };
    }

    /// <summary>Null if both say the same: as many rows, and the same risk events by their ids.</summary>
    public string? Differs(TestReading other, bool byRows = true)
    {
        if (other.Outcome.Failure is { } failure)
        {
            return $"could not be evaluated: {failure.Message}";
        }

        var (mine, theirs) = (Ids(this), Ids(other));
        if (!mine.SetEquals(theirs))
        {
            var gone = RiskEvents.Where(e => !theirs.Contains(e.Id)).Select(e => "without " + Describe(e));
            var added = other.RiskEvents.Where(e => !mine.Contains(e.Id)).Select(e => "with " + Describe(e));
            return string.Join("; ", gone.Concat(added).Take(4)) is { Length: > 0 } text ? $"gives other risk events: {text}" : null;
        }

        if (RiskEvents.FirstOrDefault(e => !other.RiskEvents.Any(o => o.Id == e.Id && Says(o) == Says(e))) is { } changed)
        {
            return $"gives the risk event {Describe(changed)} another message, object or score";
        }

        return byRows && Outcome.Rows != other.Outcome.Rows ? $"gives {Counted.Of(other.Outcome.Rows, "row")} in place of {Outcome.Rows:#,0}" : null;
    }

    private static (string, string, int, string) Says(RiskEvent e) => (e.RiskObject.Type, e.RiskObject.Value, e.BaseScore, e.Message);

    public static HashSet<UInt128> Ids(TestReading reading) => [.. reading.RiskEvents.Select(e => e.Id)];

    public static string Describe(RiskEvent e) => new StringBuilder()
        .Append($"{e.RiskObject.Type} {e.RiskObject.Value}, score {e.BaseScore}: {e.Message} (id {e.Id.ToString("x32")[..8]})")
        .ToString();
}

/// <summary>
/// contentctl's pass rule: a row in which a risk object's field is absent or the text "null" fails, and so does a threat object's field that no row has.
/// </summary>
internal sealed class ContentctlRule(Detection detection)
{
    private readonly HashSet<string> threatsSeen = new(StringComparer.Ordinal);
    private readonly List<string> told = [];
    private long rows;

    public IReadOnlyList<string> Told => rows == 0 || detection.Risk is null
        ? told
        : [.. told, .. detection.Risk.ThreatObjects.Select(t => t.Field).Where(f => !threatsSeen.Contains(f)).Select(f => $"no row has a value of the threat object's field `{f}`")];

    public void Look(Row row, FieldTable fields)
    {
        rows++;
        foreach (var field in (detection.Risk?.RiskObjects ?? []).Select(o => o.Field).Distinct())
        {
            var value = row[fields.Slot(field)];
            if (value.IsNull || value.Text is "null" or "")
            {
                told.Add($"row {rows}: the risk object's field `{field}` is {(value.IsNull ? "absent" : value.Text.Length == 0 ? "empty" : "the text \"null\"")}");
            }
        }

        foreach (var threat in detection.Risk?.ThreatObjects ?? [])
        {
            if (row[fields.Slot(threat.Field)] is { IsNull: false } value && value.Text != "null")
            {
                threatsSeen.Add(threat.Field);
            }
        }
    }
}
