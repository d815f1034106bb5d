using Saker.Ingest;

namespace Saker.Cli.Output;

/// <summary>Where a report goes: standard output or a file.</summary>
internal sealed class OutputTarget : IDisposable
{
    private const int PipedWidth = 120;

    /// <summary>Standard output; tests put a stream of their own here.</summary>
    internal static Func<Stream>? StandardOutput { get; set; }

    private OutputTarget(string name, Stream stream, bool isTerminal) => (Stream, IsTerminal) = (new OutputStream(name, stream), isTerminal);

    public Stream Stream { get; }

    public bool IsTerminal { get; }

    /// <summary>Whether colours are understood and wanted (<c>NO_COLOR</c>).</summary>
    public bool HasColours => IsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";

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

    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static OutputTarget Open(string? path)
    {
        if (path is null or "-")
        {
            const string Name = "standard output";
            return StandardOutput is { } open ? new OutputTarget(Name, open(), isTerminal: false) : new OutputTarget(Name, Console.OpenStandardOutput(), !Console.IsOutputRedirected);
        }

        try
        {
            return new OutputTarget($"--output {path}", File.Create(path), isTerminal: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"--output {path}: {(Directory.Exists(path) ? "is a directory" : InputPaths.Why(failure))}");
        }
    }

    public static OutputTarget Nowhere() => new("nowhere", Stream.Null, isTerminal: false);

    public void Dispose() => Stream.Dispose();
}
