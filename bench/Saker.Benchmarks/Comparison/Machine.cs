using System.Globalization;
using System.Runtime.InteropServices;

namespace Saker.Benchmarks.Comparison;

/// <summary>What it was measured on.</summary>
internal static class Machine
{
    /// <summary><c>AMD EPYC</c></summary>
    public static string Processor { get; } = Read("/proc/cpuinfo", "model name") is { Length: > 0 } name ? name : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>A name for a file: <c>amd-epyc</c>.</summary>
    public static string FileName => string.Join('-', new string([.. Processor.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static string Description
    {
        get
        {
            var flags = Read("/proc/cpuinfo", "flags").Split(' ').ToHashSet();
            var vectors = flags.Contains("avx512vbmi") ? ", AVX-512 with VBMI" : flags.Contains("avx512bw") ? ", AVX-512" : flags.Contains("avx2") ? ", AVX2" : "";
            var family = $"family {Read("/proc/cpuinfo", "cpu family")} model {Read("/proc/cpuinfo", "model")}";
            var kilobytes = double.TryParse(Read("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture, out var k) ? k : 0;
            return $"{Processor} ({family}{vectors}), {Environment.ProcessorCount} CPUs, {kilobytes / 1e6:0} GB of memory, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
        }
    }

    private static string Read(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.Split(':')[0].Trim() == name)?.Split(':', 2)[1].Trim() ?? ""
        : "";
}
