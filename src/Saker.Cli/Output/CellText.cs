using Saker.Detections;
using Saker.Spl.Execution;

namespace Saker.Cli.Output;

/// <summary>Values as the outputs of rows write them.</summary>
internal static class CellText
{
    /// <summary><c>_time</c> as <c>2026-03-02T10:02:11.400000Z</c>; every other value as the search has it.</summary>
    public static string Of(string column, Value value) => RowObject.TextOf(column, value);

    /// <summary>As people read it: <c>2026-03-02 10:02:11.400</c>, and nothing that a terminal would obey.</summary>
    public static string ForPeople(string column, Value value) => RowObject.Time(column, value) is { } time
        ? time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff")
        : string.Join('\n', value.Values.ToArray().Select(v => SafeText.Of(v.Text)));
}
