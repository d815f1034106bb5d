using Xunit;

namespace Saker.Tests;

/// <summary>Where things are: the repository, and real telemetry beside it where there is some.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file or directory of the telemetry beside the repository; skips the test where there is none.</summary>
    public static string SharedData(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", "data", .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), "the telemetry of public projects (../shared/data) is not here");
        return Path.GetFullPath(path);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Saker.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("Saker.slnx is not above the test's directory");
    }
}
