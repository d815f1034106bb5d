namespace Saker.Spl.Scanning;

/// <summary>
/// The kernels, best first: wider vectors do more per instruction, and where AVX-512 is there its masks come without a detour. The environment
/// variable <c>SAKER_KERNEL</c> forces one: <c>avx512</c>, <c>avx2</c>, <c>arm64</c> or <c>scalar</c>.
/// </summary>
internal static class KernelTable
{
    public const string Variable = "SAKER_KERNEL";

    private static readonly ScanKernel[] All =
    [
        new ScanKernel<Avx512Kernel>("avx512"),
        new ScanKernel<Avx2Kernel>("avx2"),
        new ScanKernel<Arm64Kernel>("arm64"),
        new ScanKernel<ScalarKernel>("scalar"),
    ];

    /// <summary>Those that this machine has, best first; the scalar one is always there.</summary>
    public static IReadOnlyList<ScanKernel> Supported { get; } = [.. All.Where(k => k.IsSupported)];

    /// <summary>The one to use. What was forced and is not there gives way to the best that is.</summary>
    public static ScanKernel Best { get; } = Choose(Environment.GetEnvironmentVariable(Variable), Supported);

    /// <summary>Whether the variable names the kernel: then it is used from the first event on, however few there are.</summary>
    public static bool IsForced { get; } = Best.Name == Environment.GetEnvironmentVariable(Variable);

    internal static ScanKernel Choose(string? forced, IReadOnlyList<ScanKernel> supported) =>
        supported.FirstOrDefault(k => k.Name == forced) ?? supported[0];
}
