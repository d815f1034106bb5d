using Microsoft.Win32.SafeHandles;

namespace Saker.Detections.Sieving;

/// <summary>A file without the lines that nobody wants.</summary>
internal sealed class SievedFile(SafeFileHandle file, long length, Sieves sieves, ScanSettings settings, Action<SievedUnit> onUnit) : StretchedFile<SievedUnit>(file, length, settings)
{
    private readonly SafeFileHandle file = file;

    protected override Task<SievedUnit> Begin(long start, long end) => Task.Run(() => sieves.Sift(sifter => sifter.Sift(file, start, end)));

    protected override void Take(SievedUnit unit) => onUnit(unit);
}
