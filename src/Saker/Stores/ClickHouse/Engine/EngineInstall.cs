using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// Fetches the ClickHouse library by npm: the version and the hash of its bytes stand in <c>deploy/engine/package-lock.json</c>, which ships beside
/// the program. Nothing else in Saker downloads.
/// </summary>
internal static class EngineInstall
{
    private const string Package = "@chdb/lib-linux-x64-gnu";

    /// <summary>The library's file below a directory of installation.</summary>
    public static string LibraryIn(string directory) => Path.Combine(directory, "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so");

    /// <summary>The version that the shipped lock file pins.</summary>
    public static string PinnedVersion => VersionIn(Path.Combine(ManifestDirectory, "package-lock.json"))
        ?? throw new EngineException($"{ManifestDirectory} does not hold the engine's package-lock.json; the installation of saker is not whole");

    /// <summary>The version that stands in a directory; null if none does, or only a part of it.</summary>
    public static string? InstalledVersion(string directory) =>
        File.Exists(LibraryIn(directory)) ? VersionIn(Path.Combine(directory, "node_modules", ".package-lock.json")) : null;

    private static string ManifestDirectory => Path.Combine(AppContext.BaseDirectory, "engine");

    /// <summary>Installs the pinned version, in place of any other; does nothing where it stands already. Returns whether it fetched.</summary>
    /// <exception cref="EngineException">npm is absent, offline or refused; or this is no machine that the library runs on.</exception>
    public static async Task<bool> RunAsync(string directory, Action<string> tell, CancellationToken cancellation)
    {
        var version = PinnedVersion;
        if (InstalledVersion(directory) == version)
        {
            return false;
        }

        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            throw new EngineException($"the library runs on Linux on x64 only; install ClickHouse and set {EngineProgram.Variable}, or set store.url");
        }

        try
        {
            Directory.CreateDirectory(directory);
            foreach (var file in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(ManifestDirectory, file), Path.Combine(directory, file), overwrite: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{directory} cannot be written: {failure.Message}", failure);
        }

        tell($"fetching {Package} {version} by npm into {directory} (about 150 MB, 570 MB on disk)");
        await NpmAsync(directory, cancellation).ConfigureAwait(false);
        if (InstalledVersion(directory) != version)
        {
            throw new EngineException($"npm said that it was done, but {LibraryIn(directory)} is not there");
        }

        return true;
    }

    private static async Task NpmAsync(string directory, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? started;
        try
        {
            started = Process.Start(start);
        }
        catch (Win32Exception)
        {
            throw new EngineException(
                $"npm is not on the PATH. Install Node.js with npm (Debian: apt install npm) and try again; or install ClickHouse and set {EngineProgram.Variable}");
        }

        using var npm = started!;
        var said = await SaidByAsync(npm, cancellation).ConfigureAwait(false);
        if (npm.ExitCode != 0)
        {
            throw new EngineException(Explain(said));
        }
    }

    private static async Task<string> SaidByAsync(Process npm, CancellationToken cancellation)
    {
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(cancellation);
            var error = npm.StandardError.ReadToEndAsync(cancellation);
            await npm.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return (await error.ConfigureAwait(false) + await output.ConfigureAwait(false)).Trim();
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Explain(string said)
    {
        var what = said switch
        {
            _ when said.Contains("EINTEGRITY", StringComparison.Ordinal) => "what the registry gave is not what the lock file pins: nothing was installed",
            _ when said.Contains("ENOTFOUND", StringComparison.Ordinal) || said.Contains("EAI_AGAIN", StringComparison.Ordinal) || said.Contains("ECONNREFUSED", StringComparison.Ordinal)
                || said.Contains("ETIMEDOUT", StringComparison.Ordinal) || said.Contains("ENETUNREACH", StringComparison.Ordinal) => "npm cannot reach its registry: is this machine offline, or is a proxy needed (npm config set https-proxy …)?",
            _ when said.Contains("ENOSPC", StringComparison.Ordinal) => "the disk is full: the library needs 570 MB",
            _ when said.Contains("EUSAGE", StringComparison.Ordinal) => "npm does not understand the lock file: it must be version 7 or newer",
            _ => "npm failed",
        };
        return $"{what}\n{said}";
    }

    private static string? VersionIn(string lockFile)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(lockFile));
            return document.RootElement.GetProperty("packages").GetProperty($"node_modules/{Package}").GetProperty("version").GetString();
        }
        catch (Exception failure) when (failure is IOException or JsonException or KeyNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
