using Microsoft.Win32.SafeHandles;
using Saker.Detections.Sieving;
using Saker.Spl.Execution;

namespace Saker.Detections.Shares;

/// <summary>What is to be decoded of a file of lines, once the others were grouped.</summary>
internal sealed class LineFile(SafeFileHandle file, int number, long length, WorkerPool<LineReader> readers, ScanSettings settings, Action<LineFile, LineUnit> onUnit)
    : StretchedFile<LineUnit>(file, length, settings)
{
    private readonly SafeFileHandle file = file;

    /// <summary>The groups of a unit without some of its events.</summary>
    public GroupStates Again(LineUnit unit, bool[] leftOut)
    {
        using var reader = readers.Rent();
        using var again = reader.Value.Read(file, number, unit.Start, unit.End, leftOut);
        return again.Groups!;
    }

    protected override Task<LineUnit> Begin(long start, long end) => Task.Run(() =>
    {
        using var reader = readers.Rent();
        return reader.Value.Read(file, number, start, end);
    });

    protected override void Take(LineUnit unit) => onUnit(this, unit);
}
