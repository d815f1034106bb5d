namespace Saker.Stores;

/// <summary>
/// The few things that the journal asks of a file system: the real one, and in tests one that fails, stalls and crashes. What was written is
/// there after a crash only once <see cref="ILogFile.Flush"/> returned; a name only once <see cref="FlushDirectory"/> did. All throw <see cref="IOException"/>.
/// </summary>
internal interface IFileLayer
{
    /// <summary>Makes the directory, and flushes its name to disk, if it is not there.</summary>
    void CreateDirectory(string directory);

    /// <summary>The files of a directory, in any order.</summary>
    IReadOnlyList<FileEntry> List(string directory);

    /// <summary>A new file to write; fails if there is one.</summary>
    ILogFile Create(string path);

    /// <summary>A file that is there, to read; to write too if asked.</summary>
    ILogFile Open(string path, bool writes = false);

    void Delete(string path);

    /// <summary>Gives a file another name, in place of the file that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Brings the names in a directory to disk.</summary>
    void FlushDirectory(string directory);

    /// <summary>Takes a directory for this process alone, until disposed of or the process ends.</summary>
    /// <exception cref="DirectoryInUseException">Another process has it.</exception>
    IDisposable Lock(string directory);
}

/// <summary>An open file.</summary>
internal interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to as much as fits; 0 at the end.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>Writes all of the pieces one after the other, or throws: then any part of them may have been written.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset);

    /// <summary>Returns once all that was written is on disk. If it throws, nobody knows what is, and another call would not tell.</summary>
    void Flush();

    void SetLength(long length);
}

/// <summary>A file's name, without its directory, and its size in bytes.</summary>
internal readonly record struct FileEntry(string Name, long Length);

/// <summary>Another process works in the directory.</summary>
internal sealed class DirectoryInUseException(string directory)
    : IOException($"{directory} is in use by another process of saker: stop it first, or give this one a directory of its own");
