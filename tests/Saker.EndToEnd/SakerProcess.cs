using System.Diagnostics;

namespace Saker.EndToEnd;

/// <summary>The built program, run as a user would.</summary>
internal static class SakerProcess
{
    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(Path.Combine(AppContext.BaseDirectory, "saker"), arguments);

    /// <summary>Runs a line of the shell, in which it is <c>saker</c>.</summary>
    public static Task<(int ExitCode, string Output, string Error)> ShellAsync(string line) => RunAsync("/bin/sh", ["-c", $"PATH=\"{AppContext.BaseDirectory}:$PATH\"; {line}"]);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "Saker.slnx")) ? directory : FindRoot(Path.GetDirectoryName(directory)!);
}
