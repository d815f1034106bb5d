using System.Text.Json;

namespace Saker.Server.Serving;

/// <summary>How the server is, as <c>/api/v1/health</c> and <c>saker status</c> show it.</summary>
internal sealed record StatusReport
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>ready</c>, <c>starting</c>, <c>stopping</c>, or <c>store away</c>: events are taken and wait.</summary>
    public string State { get; init; } = "ready";

    public string Version { get; init; } = "";

    public DateTimeOffset Started { get; init; }

    public long UptimeSeconds { get; init; }

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public ConfigurationStatus Configuration { get; init; } = new();

    public ContentStatus Content { get; init; } = new();

    public JournalReport Journal { get; init; } = new();

    public StoreStatus Store { get; init; } = new();

    public long DeadLetters { get; init; }

    public long ResidentBytes { get; init; }
}

internal sealed record ConfigurationStatus
{
    public string? Path { get; init; }

    /// <summary>Of what is loaded now.</summary>
    public string Hash { get; init; } = "";

    public DateTimeOffset Loaded { get; init; }

    /// <summary>Why the file as it is now is not loaded; null if it is.</summary>
    public string? Refused { get; init; }

    /// <summary>Settings that changed in the file and want a restart.</summary>
    public IReadOnlyList<string> WantsRestart { get; init; } = [];

    public int Tokens { get; init; }
}

internal sealed record ContentStatus
{
    public int Detections { get; init; }

    public int Mistakes { get; init; }
}

internal sealed record JournalReport
{
    public long Bytes { get; init; }

    public long MostBytes { get; init; }

    public long PendingBytes { get; init; }

    public long RefusedBatches { get; init; }

    public long Failures { get; init; }

    public string? LastFailure { get; init; }
}

internal sealed record StoreStatus
{
    public string Where { get; init; } = "";

    public bool IsPrivate { get; init; }

    /// <summary>Why it does not take events now; null if it does.</summary>
    public string? Problem { get; init; }

    public int Restarts { get; init; }

    public long EngineResidentBytes { get; init; }
}

/// <summary>What a source sent and what became of it: received = stored + deduplicated + filtered + rejected + pending.</summary>
internal sealed record SourceReport(string Name, long Received, long Stored, long Deduplicated, long Filtered, long Rejected, long Pending, DateTimeOffset? LastSeen, bool IsSilent);
