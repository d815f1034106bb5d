using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Saker.Stores;

/// <summary>The file system of this machine.</summary>
internal sealed partial class DiskFiles : IFileLayer
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public void CreateDirectory(string directory) => Told(() =>
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(directory)) is { } parent)
        {
            CreateDirectory(parent);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            }

            FlushDirectory(parent);
        }
    });

    public IReadOnlyList<FileEntry> List(string directory) =>
        Told(() => (IReadOnlyList<FileEntry>)[.. new DirectoryInfo(directory).EnumerateFiles().Select(f => new FileEntry(f.Name, f.Length))]);

    public ILogFile Create(string path) => Told(() => new DiskFile(OpenStream(path, FileMode.CreateNew, FileAccess.ReadWrite)));

    public ILogFile Open(string path, bool writes = false) =>
        Told(() => new DiskFile(OpenStream(path, FileMode.Open, writes ? FileAccess.ReadWrite : FileAccess.Read)));

    public void Delete(string path) => Told(() => File.Delete(path));

    public void Rename(string from, string to) => Told(() => File.Move(from, to, overwrite: true));

    public void FlushDirectory(string directory)
    {
        // Elsewhere a name is on disk with its file.
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        var descriptor = OpenDirectory(directory, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{directory} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var failed = FlushDescriptor(descriptor) != 0;
        var why = failed ? Marshal.GetLastPInvokeErrorMessage() : "";
        _ = CloseDescriptor(descriptor);
        if (failed)
        {
            throw new IOException($"the names in {directory} cannot be flushed to disk: {why}");
        }
    }

    public IDisposable Lock(string directory)
    {
        try
        {
            return OpenStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
        catch (IOException taken) when (taken is not (FileNotFoundException or DirectoryNotFoundException) && IsTaken(directory))
        {
            throw new DirectoryInUseException(directory);
        }
    }

    /// <summary>Whether the lock's file can be opened as long as nobody asks to have it alone: then it is somebody's.</summary>
    private static bool IsTaken(string directory)
    {
        try
        {
            using var unlocked = File.OpenHandle(Path.Combine(directory, "lock"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure is IOException and not (FileNotFoundException or DirectoryNotFoundException);
        }
    }

    private static FileStream OpenStream(string path, FileMode mode, FileAccess access, FileShare share = FileShare.ReadWrite | FileShare.Delete)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is FileMode.CreateNew or FileMode.OpenOrCreate)
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    private static void Told(Action act) => Told(() =>
    {
        act();
        return true;
    });

    /// <summary>What may not be touched fails as what is broken does.</summary>
    private static T Told<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);

    private sealed class DiskFile(FileStream stream) : ILogFile
    {
        private readonly SafeFileHandle handle = stream.SafeFileHandle;

        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> into, long offset) => RandomAccess.Read(handle, into, offset);

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset) => RandomAccess.Write(handle, pieces, offset);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => stream.Dispose();
    }
}
