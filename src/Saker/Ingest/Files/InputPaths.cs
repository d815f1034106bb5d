using System.IO.Enumeration;

namespace Saker.Ingest;

/// <summary>A file to read, or standard input (<c>-</c>), whose length is unknown.</summary>
internal sealed record InputFile(string Path, long Length, DateOnly Day)
{
    public bool IsStandardInput => Path == "-";

    /// <summary>What stands in place of the file: the events of a detection's test.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>What is said of the file's records as a transport would say it: their source, sourcetype, host, index.</summary>
    public Wrapping Wrapping { get; init; } = Wrapping.None;

    public Stream Open() => Content is { } content ? new MemoryStream(content.ToArray(), writable: false)
        : IsStandardInput ? Console.OpenStandardInput()
        : new FileInput(Path);
}

/// <summary>
/// Turns what a user names (files, directories, globs, <c>-</c>) into files, in order: directories are walked in ordinal order of their paths,
/// hidden files in them are skipped, nothing else is. What is named must be there; what is found and cannot be read is left for the reader to
/// reject, so that one dangling link among a node's logs does not keep the others from being read.
/// </summary>
internal sealed class InputPaths
{
    private const int DeepestDirectory = 64;
    private readonly List<InputFile> files = [];
    private readonly List<string> errors = [];
    private readonly HashSet<string> taken = [];
    private readonly HashSet<string> walked = [];

    private InputPaths()
    {
    }

    public IReadOnlyList<InputFile> Files => files;

    /// <summary>One message for each path that leads nowhere, as <c>logs/x.ndjson: no such file or directory</c>.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>For a progress bar; standard input counts nothing.</summary>
    public long TotalBytes => files.Sum(file => file.Length);

    /// <summary>Whether a path is one of the files, under whatever name.</summary>
    public bool Holds(string path)
    {
        var real = RealPath(path);
        return files.Any(file => !file.IsStandardInput && RealPath(file.Path) == real);
    }

    public static InputPaths Expand(IEnumerable<string> paths, TimeProvider clock)
    {
        var expanded = new InputPaths();
        foreach (var path in paths)
        {
            expanded.Add(path, clock);
        }

        return expanded;
    }

    private void Add(string path, TimeProvider clock)
    {
        if (path == "-")
        {
            if (StandardInput.IsClosed)
            {
                errors.Add("-: standard input is closed; pipe something in, or name a file");
            }
            else if (taken.Add(path))
            {
                files.Add(new InputFile(path, 0, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)));
            }
        }
        else if (File.Exists(path))
        {
            AddNamed(path);
        }
        else if (Directory.Exists(path))
        {
            var before = files.Count + errors.Count;
            AddDirectory(path, 0);
            if (files.Count + errors.Count == before)
            {
                errors.Add($"{path}: no files in it");
            }
        }
        else if (path.AsSpan().IndexOfAny("*?") >= 0)
        {
            AddGlob(path);
        }
        else
        {
            errors.Add(path.Length == 0 ? "an empty path names no file" : path.StartsWith("--", StringComparison.Ordinal) ? $"{path}: neither an option nor a file" : $"{path}: {WhyNot(path)}");
        }
    }

    private void AddNamed(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (taken.Add(file.FullName))
            {
                // A pipe (<(zcat a.gz)) has no length and must be opened once only; nor has a link that leads nowhere.
                var (length, day) = Look(file);
                if (length > 0 || !IsThere(file))
                {
                    File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
                }

                files.Add(new InputFile(path, length, day));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path}: {Why(failure)}");
        }
    }

    private void AddFound(string path)
    {
        var file = new FileInfo(path);
        if (taken.Add(file.FullName))
        {
            var isThere = IsThere(file);
            var (length, day) = Look(file);
            // A named pipe would wait for a writer for ever; like an empty file it has no length.
            var nothing = isThere && length == 0 ? ReadOnlyMemory<byte>.Empty : default(ReadOnlyMemory<byte>?);
            files.Add(new InputFile(path, length, day) { Content = nothing });
        }
    }

    private void AddDirectory(string path, int depth)
    {
        if (depth > DeepestDirectory || !walked.Add(RealPath(path)))
        {
            return;
        }

        foreach (var entry in Entries(path, isNamed: depth == 0))
        {
            if (Directory.Exists(entry))
            {
                AddDirectory(entry, depth + 1);
            }
            else
            {
                AddFound(entry);
            }
        }
    }

    private IEnumerable<string> Entries(string path, bool isNamed)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(path).Where(entry => Path.GetFileName(entry)[0] != '.').Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (isNamed)
            {
                errors.Add($"{path}: {Why(failure)}");
            }
            else
            {
                AddFound(path);
            }

            return [];
        }
    }

    /// <summary><c>logs/**/*.gz</c>: each segment is matched on its own; <c>**</c> stands for any number of directories.</summary>
    private void AddGlob(string pattern)
    {
        var segments = pattern.Split('/');
        var fixedCount = Array.FindIndex(segments, segment => segment.AsSpan().IndexOfAny("*?") >= 0);
        var root = string.Join('/', segments[..fixedCount]);
        root = root.Length > 0 ? root : fixedCount > 0 ? "/" : "";
        var before = files.Count + errors.Count;
        Match(root, segments.AsSpan(fixedCount), 0);
        if (files.Count + errors.Count == before)
        {
            errors.Add($"{pattern}: matches no file");
        }
    }

    private void Match(string directory, ReadOnlySpan<string> segments, int depth)
    {
        if (segments.IsEmpty || depth > DeepestDirectory || (directory.Length > 0 && !Directory.Exists(directory)))
        {
            return;
        }

        if (segments[0] == "**")
        {
            Match(directory, segments.Length == 1 ? ["*"] : segments[1..], depth + 1);
        }

        foreach (var entry in Entries(directory.Length == 0 ? "." : directory, isNamed: depth == 0))
        {
            var name = Path.GetFileName(entry);
            var path = Path.Combine(directory, name);
            var isDirectory = Directory.Exists(path);
            if (segments[0] == "**")
            {
                if (isDirectory && new DirectoryInfo(path).LinkTarget is null)
                {
                    Match(path, segments, depth + 1);
                }
            }
            else if (FileSystemName.MatchesSimpleExpression(segments[0], name, ignoreCase: false))
            {
                MatchEntry(path, isDirectory, segments, depth);
            }
        }
    }

    private void MatchEntry(string path, bool isDirectory, ReadOnlySpan<string> segments, int depth)
    {
        if (isDirectory && segments.Length > 1)
        {
            Match(path, segments[1..], depth + 1);
        }
        else if (!isDirectory && segments.Length == 1)
        {
            AddFound(path);
        }
    }

    /// <summary>Of what a name leads to, not of the name: a node's logs are links. What is no file, as the pipe behind <c>/dev/fd/63</c>, has no length.</summary>
    private static (long Length, DateOnly Day) Look(FileInfo file)
    {
        var real = IsThere(file) ? file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file : null;
        return (real?.Length ?? 0, DateOnly.FromDateTime((real ?? file).LastWriteTimeUtc));
    }

    private static bool IsThere(FileInfo file)
    {
        try
        {
            return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).Exists;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string RealPath(string path)
    {
        try
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return Path.GetFullPath(path);
        }
    }

    /// <summary>Why there is nothing at a path, as far as may be known: behind a directory that may not be entered it is not that there is no file.</summary>
    private static string WhyNot(string path)
    {
        try
        {
            File.GetAttributes(path);
            return "neither a file nor a directory";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Why(failure);
        }
    }

    /// <summary>Why a file cannot be read, in a system's words rather than a runtime's: <c>Input/output error</c> of <c>Input/output error : '/mnt/a.log'</c>.</summary>
    internal static string Why(Exception failure) => failure switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        _ => failure.Message.Split(" : '")[0],
    };
}
