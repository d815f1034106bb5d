using Saker.Spl.Text;

namespace Saker.Content;

public enum LookupKind
{
    Csv,
    KvStore,
    MlModel,
}

/// <summary>A lookup's definition. Its rows are read when a search first uses it.</summary>
public sealed record Lookup
{
    public required string Name { get; init; }

    public required LookupKind Kind { get; init; }

    public required SourceText File { get; init; }

    public string Description { get; init; } = "";

    /// <summary>The file of rows (or of the model), as a path that can be opened; null for a key-value store.</summary>
    public string? RowsPath { get; init; }

    /// <summary>The collection behind a key-value store.</summary>
    public string? Collection { get; init; }

    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool IsCaseSensitive { get; init; } = true;

    /// <summary>Fields that do not match exactly: <c>WILDCARD(process)</c>, <c>CIDR(network)</c>.</summary>
    public IReadOnlyList<LookupMatch> Matches { get; init; } = [];

    public int MinMatches { get; init; }

    public int? MaxMatches { get; init; }

    public string? DefaultMatch { get; init; }

    /// <summary>The field that holds the time from which a row holds; null for lookups without time.</summary>
    public string? TimeField { get; init; }

    /// <summary>How <see cref="TimeField"/> is written, as <c>strptime</c> reads it; null for epoch seconds.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>How long before an event a row's time may be at most, in seconds; null for any time.</summary>
    public int? MaxOffsetSeconds { get; init; }

    /// <summary>How long before an event a row's time must be at least, in seconds.</summary>
    public int MinOffsetSeconds { get; init; }
}

/// <param name="Field">The lookup's field.</param>
/// <param name="Type">WILDCARD, CIDR or EXACT.</param>
public sealed record LookupMatch(string Field, string Type);
