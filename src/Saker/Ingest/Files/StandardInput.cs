using System.Runtime.InteropServices;

namespace Saker.Ingest;

/// <summary>What <c>-</c> stands for: whatever the program was started with as its input, be it a file, a pipe, a socket or a terminal.</summary>
internal static partial class StandardInput
{
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    /// <summary>
    /// Whether the program was started without any, as by <c>&lt;&amp;-</c>. The runtime then has something of its own at descriptor 0, a pipe for one, and a
    /// read of that never ends. What a program starts with was not closed when it began to run; what the runtime opens would be.
    /// </summary>
    public static bool IsClosed => !OperatingSystem.IsWindows() && FlagsOf(0, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FlagsOf(int descriptor, int command);
}
