using Saker.Spl.Commands;
using Saker.Spl.Execution;

namespace Saker.Detections.Tracing;

/// <summary>What each stage of a search let through.</summary>
internal sealed record TraceReport
{
    public required long Read { get; init; }

    /// <summary>Whether neither the search nor one in its brackets reads events.</summary>
    public required bool ReadsNothing { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>Events (or data points, where the search reads those) inside the time range, duplicates left out.</summary>
    public required long InRange { get; init; }

    /// <summary>The conditions of the search, each with how many events it and those before it left.</summary>
    public required IReadOnlyList<FilterTrace> Filters { get; init; }

    /// <summary>The commands after, each with the number of rows that left it.</summary>
    public required IReadOnlyList<(ICommand Command, long Rows)> Stages { get; init; }

    /// <summary>The event that was asked about; null if none was, or if there are fewer.</summary>
    public EventTrace? Event { get; init; }
}

/// <param name="Text">The condition.</param>
/// <param name="Left">How many events met it and all before it.</param>
/// <param name="IsUnknown">Whether it is decided only when the search runs: it holds a subsearch.</param>
internal sealed record FilterTrace(string Text, long Left, bool IsUnknown);

/// <summary>What became of one event.</summary>
internal sealed record EventTrace(Event Event)
{
    /// <summary>The stage after which it was gone; null if it leads to a row of the result.</summary>
    public string? RemovedBy { get; init; }

    public string? Why { get; init; }

    /// <summary>The conditions of that stage, or of the search where every stage let it through.</summary>
    public IReadOnlyList<ConditionTrace> Conditions { get; init; } = [];

    /// <summary>The (first) row of the result that rests on it.</summary>
    public IReadOnlyList<(string Field, string Value)>? LeadsTo { get; init; }
}

/// <summary>A condition with the values that it was asked of; <c>Holds</c> is null where it is not known.</summary>
internal sealed record ConditionTrace(string Text, bool? Holds, IReadOnlyList<(string Field, string? Value)> Values)
{
    public static ConditionTrace Of(string text, bool? holds, IEnumerable<string> fieldsRead, Row row, FieldTable fields) =>
        new(text, holds, [.. fieldsRead.Select(f => (f, row[fields.Slot(f)] is { IsNull: false } value ? string.Join(", ", value.Values.ToArray().Select(v => v.Text)) : null))]);
}
