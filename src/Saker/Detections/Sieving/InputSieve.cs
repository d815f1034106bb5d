using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>
/// Decides of each input whether it is sieved: scans of less than <see cref="ScanSettings.SieveFromBytes"/> are decoded whole, so that each of their
/// events is checked to its last comma.
/// </summary>
internal sealed class InputSieve
{
    private const int SampleBytes = 128 * 1024;
    private const int SmallestFile = 1024 * 1024;

    private readonly ScanSettings settings;
    private readonly SievePlan? plan;
    private Sieves? sieves;

    public InputSieve(ScanSettings settings, IReadOnlyList<SourceRequest> requests)
    {
        this.settings = settings;
        plan = settings.DecodesAll ? null : SievePlan.Of(requests, settings.Ingest);
    }

    /// <summary>The bounds of the times of what was left out.</summary>
    public (long Oldest, long Newest) Times => sieves?.Times ?? (long.MaxValue, long.MinValue);

    /// <summary>The input without the lines that nobody wants; null where it is to be read as it is.</summary>
    public Stream? Open(InputFile file, Action<SievedUnit> onUnit)
    {
        if (plan is null || !IsLarge(settings, file))
        {
            return null;
        }

        var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        if (IsPlain(handle) && (sieves is not null || plan.Learn(Sample(handle, length))))
        {
            sieves ??= new Sieves(plan, settings.Ingest, settings.Workers, settings.Kernel ?? KernelTable.Best);
            return new SievedFile(handle, length, sieves, onUnit);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Whether an input is a file that may be read in stretches, and is part of so many bytes that it pays.</summary>
    public static bool IsLarge(ScanSettings settings, InputFile file) =>
        !file.IsStandardInput && file.Content is null && file.Wrapping == Wrapping.None && file.Length >= Math.Min(SmallestFile, settings.SieveFromBytes)
        && Math.Max(settings.InputBytes, file.Length) >= settings.SieveFromBytes;

    /// <summary>Whether a file is text as it stands.</summary>
    public static bool IsPlain(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[InputFormat.HeadBytes];
        var read = RandomAccess.Read(file, head, 0);
        return !Inflate.IsGzip(head[..read]) && InputFormat.Unreadable(head[..read]) is null;
    }

    /// <summary>Whole lines from four places.</summary>
    public static byte[] Sample(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length)
    {
        var sample = new List<byte>();
        var piece = new byte[SampleBytes];
        for (var i = 0; i < 4; i++)
        {
            var read = RandomAccess.Read(file, piece, length / 4 * i);
            var text = piece.AsSpan(0, read);
            text = i == 0 ? text : text[(text.IndexOf((byte)'\n') + 1)..];
            sample.AddRange(text[..(text.LastIndexOf((byte)'\n') + 1)]);
        }

        return [.. sample];
    }
}
