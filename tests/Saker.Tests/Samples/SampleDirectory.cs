using System.Runtime.CompilerServices;

namespace Saker.Tests.Samples;

/// <summary>samples/ of this repository.</summary>
internal static class SampleDirectory
{
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(Here(), "../../../samples"));

    public static string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    public static string[] Lines(string file) => File.ReadAllLines(System.IO.Path.Combine(Path, file));

    private static string Here([CallerFilePath] string path = "") => System.IO.Path.GetDirectoryName(path)!;
}
