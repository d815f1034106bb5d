using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Saker.Server.Tailing;

/// <summary>Which file a path or a handle leads to. A file system gives the number of a deleted file to a new one, so what stands in the file must agree too.</summary>
internal readonly record struct FileKey(ulong Device, ulong Inode)
{
    public override string ToString() => $"{Device:x}:{Inode:x}";
}

/// <summary>What the system says of a file (<c>statx</c>, whose answer has the same form on every architecture).</summary>
/// <param name="Key">Which file it is.</param>
/// <param name="Length">In bytes.</param>
/// <param name="IsRegular">Not a directory, pipe, socket or device, which must not be opened.</param>
/// <param name="ModifiedUtc">When it was written to last.</param>
internal readonly partial record struct FileStamp(FileKey Key, long Length, bool IsRegular, DateTime ModifiedUtc)
{
    /// <summary>Null if nothing is there, or it may not be looked at. Symbolic links are followed.</summary>
    public static FileStamp? Of(string path) => OperatingSystem.IsLinux() ? Ask(-100, path, 0) : OfInfo(path);

    /// <summary>Null where the handle is no longer any good.</summary>
    public static FileStamp? Of(SafeFileHandle handle, string path)
    {
        const int emptyPath = 0x1000;
        if (!OperatingSystem.IsLinux())
        {
            return OfInfo(path);
        }

        var isAdded = false;
        try
        {
            handle.DangerousAddRef(ref isAdded);
            return Ask((int)handle.DangerousGetHandle(), "", emptyPath);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (isAdded)
            {
                handle.DangerousRelease();
            }
        }
    }

    [SupportedOSPlatform("linux")]
    private static FileStamp? Ask(int directory, string path, int flags)
    {
        const uint basic = 0x7FF;
        const int regular = 0x8000;
        const int typeMask = 0xF000;
        if (statx(directory, path, flags, basic, out var stat) != 0)
        {
            return null;
        }

        var modified = DateTime.UnixEpoch.AddSeconds(Math.Clamp(stat.ModifiedSeconds, 0, 100_000_000_000)).AddTicks(stat.ModifiedNanoseconds / 100);
        return new FileStamp(new FileKey(((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode), (long)stat.Size, (stat.Mode & typeMask) == regular, modified);
    }

    /// <summary>Where the system tells no number for a file, its path stands for it.</summary>
    private static FileStamp? OfInfo(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileStamp(new FileKey(0, BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(info.FullName)))), info.Length, true, info.LastWriteTimeUtc) : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Statx stat);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
