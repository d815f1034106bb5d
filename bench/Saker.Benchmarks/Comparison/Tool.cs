using System.Diagnostics;

namespace Saker.Benchmarks.Comparison;

/// <summary>Programs that prepare a run; they are not measured.</summary>
internal static class Tool
{
    /// <summary>Where a program is; null where it is not on the path.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and what it wrote to both outputs.</returns>
    public static (int ExitCode, string Output) Run(string directory, params IEnumerable<string> command)
    {
        string[] words = [.. command];
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        foreach (var argument in words[1..])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs a program that has to succeed.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static string Must(string directory, params IEnumerable<string> command)
    {
        var (exitCode, output) = Run(directory, command);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}\n{output}");
    }
}
