namespace Saker.Geo;

/// <summary>A geo database cannot be read. The message starts with the file's name.</summary>
public sealed class GeoDatabaseException : Exception
{
    public GeoDatabaseException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner)
    {
        Path = path;
        Problem = problem;
    }

    public string Path { get; }

    /// <summary>What is wrong, without the file's name.</summary>
    public string Problem { get; }
}
