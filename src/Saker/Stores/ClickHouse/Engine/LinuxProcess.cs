using System.Globalization;
using System.Runtime.InteropServices;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>What Linux tells of a process, and what .NET does not ask it.</summary>
internal static partial class LinuxProcess
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    private const int ParentDeathSignal = 1;

    /// <summary>Asks the kernel to kill this process when the thread that started it ends. Holds as long as the calling thread lives, and over exec.</summary>
    public static void DieWithParent() => Prctl(ParentDeathSignal, SigKill, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void ExitNow(int code);

    /// <summary>Lets others go first where processors are short: the calling thread, and those that it starts. Returns how far, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "nice")]
    public static partial int GiveWay(int by);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string path, string?[] arguments);

    /// <summary>When the process started, in the kernel's ticks since boot: with the id it names a process for good. Null if there is none.</summary>
    public static long? StartOf(int process)
    {
        // pid (name) state ppid …: the name may hold anything, so count from its last parenthesis.
        if (ReadStatus(process) is not { } fields)
        {
            return null;
        }

        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    /// <summary>Resident memory in bytes; 0 if there is no such process.</summary>
    public static long ResidentBytes(int process)
    {
        try
        {
            return long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The port on 127.0.0.1 that a process listens on; null if it does not (yet). So no port need be chosen beforehand, and what answers there is that process.</summary>
    public static int? ListeningPort(int process)
    {
        try
        {
            var sockets = new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Select(f => f.LinkTarget).OfType<string>()
                .Where(t => t.StartsWith("socket:[", StringComparison.Ordinal)).Select(t => t["socket:[".Length..^1]).ToHashSet(StringComparer.Ordinal);
            foreach (var line in File.ReadLines($"/proc/{process}/net/tcp").Skip(1))
            {
                // sl local_address rem_address st … inode: "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345"
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[3] == "0A" && sockets.Contains(fields[9]))
                {
                    return int.Parse(fields[1].AsSpan(fields[1].IndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
        }

        return null;
    }

    private static string[]? ReadStatus(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
