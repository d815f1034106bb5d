namespace Saker.Server.Tailing;

/// <summary>Files to follow.</summary>
internal sealed record TailSettings
{
    /// <summary>Files, directories and globs: <c>/var/log/kubernetes/audit/audit*.log*</c>, <c>/var/log/containers/*.log</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where it is remembered how far each file was read.</summary>
    public required string OffsetsPath { get; init; }

    /// <summary>The cluster of what the files tell; empty for the server's own default.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>What containers' output may be taken for: any pod can print what looks like an audit event.</summary>
    public Ingest.ContentTrust Trust { get; init; } = Ingest.ContentTrust.Default;

    /// <summary>Whether files that are there at the very first start are read from their end instead of their beginning.</summary>
    public bool SkipsWhatIsThere { get; init; }

    /// <summary>How often open files are looked at.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the paths are looked through for new, renamed and removed files.</summary>
    public TimeSpan DiscoverEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file that lost its name may stay silent before its last, unfinished line is taken as it is: writers go on until they are told of the rotation.</summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an unfinished last line of any file may stay as it is before it is taken for whole; an unfinished JSON document never is.</summary>
    public TimeSpan HalfLineGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long it is remembered how far a file was read that is gone: its packed copy may come later.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How much of a file goes into a batch, in bytes; a longer line is a batch of its own.</summary>
    public int BatchBytes { get; init; } = 1024 * 1024;

    /// <summary>A longer line, or line that a container runtime split, is rejected; in bytes.</summary>
    public int LongestLineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Files held open; idle ones beyond are closed and opened again when they grow.</summary>
    public int MostOpen { get; init; } = 1000;

    /// <summary>Files read at the same time.</summary>
    public int AtOnce { get; init; } = 8;
}
