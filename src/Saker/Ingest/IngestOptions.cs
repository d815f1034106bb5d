namespace Saker.Ingest;

/// <summary>What reading telemetry may be told.</summary>
internal sealed record IngestOptions
{
    /// <summary>The day of clocks that carry none (Falco's <c>11:07:54.233793746: Warning …</c>); else the file's day.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>The key under which secret values are hashed, so that equal values can be joined across runs; else one of this process.</summary>
    public byte[]? MaskKey { get; init; }

    /// <summary>The cluster of telemetry that names none.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>A record above this is rejected, in bytes; also what one compressed payload inside a record may unfold to.</summary>
    public int LargestRecordBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A document nested deeper than this many brackets is rejected.</summary>
    public int DeepestNesting { get; init; } = JsonObjectScan.DeepestNesting;

    /// <summary>The wrappings kept as second views; none unless a search reads one.</summary>
    public WrappedViews Views { get; init; } = WrappedViews.None;

    /// <summary>How much is handed to a worker at once, in bytes; a longer record is a batch of its own.</summary>
    public int BatchBytes { get; init; } = RecordFramer.BatchBytes;

    /// <summary>Indexes that no sender may name, in any case: what names one is rejected.</summary>
    public IReadOnlySet<string> ReservedIndexes { get; init; } = new HashSet<string>();

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
