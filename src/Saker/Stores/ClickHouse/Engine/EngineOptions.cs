namespace Saker.Stores.ClickHouse.Engine;

/// <summary>How the private engine is run.</summary>
internal sealed record EngineOptions
{
    /// <summary>Where it keeps its data; made with mode 0700.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Which ClickHouse; null to look for one.</summary>
    public EngineProgram? Program { get; init; }

    /// <summary>The <c>saker</c> that becomes the engine's process; null for the one that runs.</summary>
    public string? HostProgram { get; init; }

    /// <summary>What it may allocate. Its code and the files that it maps come on top, about 250 MB.</summary>
    public long MemoryBytes { get; init; } = 640L << 20;

    /// <summary>Inserts stop, and wait, when the disk has less than this left.</summary>
    public long FreeDiskBytes { get; init; } = 256L << 20;

    /// <summary>How long it may take to answer for the first time.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often it is asked whether it is well.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer to that may take; three failures in a row, and it is started again.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait before it is started again.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes what is worth logging, in words.</summary>
    public Action<string> Tell { get; init; } = static _ => { };

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
