namespace Saker.Benchmarks.Comparison;

/// <summary>How large a file a contestant reads.</summary>
internal enum FileSize
{
    /// <summary>So large that start-up hardly counts: 8 GB.</summary>
    Large,

    /// <summary>An eighth of it: for what is short and for what is slow, and to see whether memory grows with the input.</summary>
    Small,
}

/// <summary>One program with one task.</summary>
/// <param name="Name"><c>duckdb-three</c></param>
/// <param name="Task">What it does, for the table.</param>
/// <param name="Size">What it reads.</param>
/// <param name="Command">The command line for a file.</param>
/// <param name="Read">What it found. Throws where its output cannot be read.</param>
internal sealed record Contestant(string Name, string Task, FileSize Size, Func<DataFile, IReadOnlyList<string>> Command, Func<ProcessOutcome, Answer> Read)
{
    /// <summary>The engine: the first word of the name.</summary>
    public string Engine => Name.Split('-')[0];

    public string Threads { get; init; } = "2";

    /// <summary>The exit code that says that nothing was found, where that is one of its own.</summary>
    public int ExitCodeOfNothing { get; init; }
}
