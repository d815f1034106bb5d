using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Saker.Benchmarks.Comparison;

/// <summary>How one process ended and what it took.</summary>
/// <param name="ExitCode">Its exit code; 128 + the signal where one ended it.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="CpuSeconds">Of all its threads, in user and kernel mode.</param>
/// <param name="PeakBytes">The most memory that it held at a time, pages of mapped files included.</param>
/// <param name="OutputPath">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ProcessOutcome(int ExitCode, double Seconds, double CpuSeconds, long PeakBytes, string OutputPath, string Errors);

/// <summary>
/// Runs a process as <c>time</c> would. A shell starts it and goes: so the kernel does not count this program's memory as the child's
/// peak, which it does for what a big process starts by itself. The orphan becomes ours (a subreaper), and wait4 tells its usage.
/// </summary>
internal static partial class MeasuredProcess
{
    private const int SetChildSubreaper = 36;
    private const int Interrupted = 4;
    private const string Launcher = """exec 3>&1; out=$1; err=$2; shift 2; "$@" </dev/null >"$out" 2>"$err" 3>&- & echo $! >&3""";

    private static readonly bool Adopts = prctl(SetChildSubreaper, 1, 0, 0, 0) == 0;

    public static ProcessOutcome Run(IReadOnlyList<string> command, string directory, string name)
    {
        if (!Adopts)
        {
            throw new PlatformNotSupportedException("the benchmark needs Linux");
        }

        var (output, errors) = (Path.Combine(directory, $"{name}.out"), Path.Combine(directory, $"{name}.err"));
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, WorkingDirectory = directory };
        foreach (var argument in (IEnumerable<string>)["-c", Launcher, "sh", output, errors, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        var started = Stopwatch.GetTimestamp();
        using var shell = Process.Start(start)!;
        var child = int.Parse(shell.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);

        // Its child is ours only once the shell is gone.
        shell.WaitForExit();
        int found, status;
        ResourceUsage usage;
        do
        {
            found = wait4(child, out status, 0, out usage);
        }
        while (found < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        if (found != child)
        {
            throw new InvalidOperationException($"{command[0]}, process {child}, was lost: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var signal = status & 0x7f;
        return new ProcessOutcome(
            signal == 0 ? (status >> 8) & 0xff : 128 + signal,
            seconds,
            usage.UserSeconds + (usage.UserMicroseconds / 1e6) + usage.SystemSeconds + (usage.SystemMicroseconds / 1e6),
            usage.PeakKilobytes * 1024,
            output,
            File.ReadAllText(errors));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int process, out int status, int options, out ResourceUsage usage);

    /// <summary><c>struct rusage</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct ResourceUsage
    {
        public nint UserSeconds;
        public nint UserMicroseconds;
        public nint SystemSeconds;
        public nint SystemMicroseconds;
        public nint PeakKilobytes;
    }
}
