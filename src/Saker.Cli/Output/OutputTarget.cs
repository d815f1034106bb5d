namespace Saker.Cli.Output;

/// <summary>Where a report goes: standard output or a file.</summary>
internal sealed class OutputTarget : IDisposable
{
    private const int PipedWidth = 120;

    /// <summary>Standard output; tests put a stream of their own here.</summary>
    internal static Func<Stream>? StandardOutput { get; set; }

    private OutputTarget(Stream stream, bool isTerminal) => (Stream, IsTerminal) = (stream, isTerminal);

    public Stream Stream { get; }

    public bool IsTerminal { get; }

    /// <summary>Columns of the terminal; where there is none, what COLUMNS says.</summary>
    public int Width
    {
        get
        {
            if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns >= 20)
            {
                return columns;
            }

            return IsTerminal && Console.WindowWidth >= 20 ? Console.WindowWidth : PipedWidth;
        }
    }

    public static OutputTarget Open(string? path)
    {
        if (path is null or "-")
        {
            return StandardOutput is { } open ? new OutputTarget(open(), isTerminal: false) : new OutputTarget(Console.OpenStandardOutput(), !Console.IsOutputRedirected);
        }

        try
        {
            return new OutputTarget(File.Create(path), isTerminal: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--output {path}: {failure.Message}");
        }
    }

    public void Dispose() => Stream.Dispose();
}
