using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>Values as the outputs of rows write them.</summary>
internal static class CellText
{
    private const double Earliest = -62_135_596_800;
    private const double Latest = 253_402_300_799;

    /// <summary><c>_time</c> as <c>2026-03-02T10:02:11.400000Z</c>; every other value as the search has it.</summary>
    public static string Of(string column, Value value) => Time(column, value) is { } time ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'") : value.Text;

    /// <summary>As people read it: <c>2026-03-02 10:02:11.400</c>, and nothing that a terminal would obey.</summary>
    public static string ForPeople(string column, Value value) => Time(column, value) is { } time
        ? time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff")
        : string.Join('\n', value.Values.ToArray().Select(v => SafeText.Of(v.Text)));

    private static DateTime? Time(string column, Value value) =>
        column == EventFields.Time && !value.IsMulti && value.TryGetNumber(out var seconds) && seconds is > Earliest and < Latest
            ? DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * 1e6) * 10)
            : null;
}
