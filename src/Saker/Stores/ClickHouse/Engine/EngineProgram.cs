namespace Saker.Stores.ClickHouse.Engine;

/// <summary>A ClickHouse that was found on this machine: the library that we host ourselves, or the program.</summary>
/// <param name="Path">The file: <c>libchdb.so</c>, or <c>clickhouse</c>.</param>
/// <param name="IsLibrary">Whether it is the library.</param>
/// <param name="FoundBy">How it was found, in words: <c>CLICKHOUSE_BINARY</c>, <c>PATH</c>, <c>saker engine install</c>.</param>
internal sealed record EngineProgram(string Path, bool IsLibrary, string FoundBy)
{
    /// <summary>The variable that names a ClickHouse program.</summary>
    public const string Variable = "CLICKHOUSE_BINARY";

    /// <summary>Where <c>saker engine install</c> puts the library unless told otherwise: <c>~/.local/share/saker/engine</c>.</summary>
    public static string DefaultDirectory => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "saker", "engine");

    /// <summary>Looks where a ClickHouse may be: the variable, the path, then what was installed. Null if there is none.</summary>
    /// <param name="directory">Where the library was installed; null for the usual place.</param>
    /// <exception cref="EngineException">The variable names a file that is not there.</exception>
    public static EngineProgram? Find(string? directory = null)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? new EngineProgram(System.IO.Path.GetFullPath(named), named.EndsWith(".so", StringComparison.Ordinal), Variable)
                : throw new EngineException($"{Variable} names {named}, which is not there");
        }

        foreach (var entry in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var program = System.IO.Path.Combine(entry, "clickhouse");
            if (File.Exists(program))
            {
                return new EngineProgram(program, IsLibrary: false, "PATH");
            }
        }

        var library = EngineInstall.LibraryIn(directory ?? DefaultDirectory);
        return File.Exists(library) ? new EngineProgram(library, IsLibrary: true, "saker engine install") : null;
    }
}

/// <summary>The private engine cannot be found, started or kept; the message says why and what to do.</summary>
internal sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
