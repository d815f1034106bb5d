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

    /// <summary>A file of fewer packed bytes is unpacked sooner than a thread for it begins.</summary>
    private const int SmallestPacked = 64 * 1024;

    private readonly ScanSettings settings;
    private readonly SievePlan? plan;
    private Sieves? sieves;
    private long streamed;
    private long learnFrom;

    public InputSieve(ScanSettings settings, IReadOnlyList<SourceRequest> requests)
    {
        this.settings = settings;
        plan = settings.DecodesAll ? null : SievePlan.Of(requests, settings.Ingest);
    }

    /// <summary>The bounds of the times of what was left out.</summary>
    public (long Oldest, long Newest) Times => sieves?.Times ?? (long.MaxValue, long.MinValue);

    /// <summary>The input without the lines that nobody wants; null where it is to be read as it is.</summary>
    public Stream? Open(InputFile file, Action<SievedUnit> onUnit) =>
        (plan is not null && IsLarge(settings, file) ? OpenFile(file, onUnit) : null) ?? OpenStream(file, onUnit);

    /// <summary>The same for what is read in order only: a pipe, or gzip. Reading and unpacking are ahead of who reads on. Null for other inputs.</summary>
    public Stream? OpenStream(InputFile file, Action<SievedUnit> onUnit) => ComesInOrder(file)
        ? new SievedStream(new LineBlocks(new UnpackedInput(file.Open())), file.Wrapping == Wrapping.None ? SievesFor : _ => null, settings.Workers, onUnit)
        : null;

    /// <summary>Whether an input is a file that may be read in stretches, and is part of so many bytes that it pays.</summary>
    public static bool IsLarge(ScanSettings settings, InputFile file) =>
        file is { IsStandardInput: false, Content: null, Length: > 0 } && file.Wrapping == Wrapping.None && file.Length >= Math.Min(SmallestFile, settings.SieveFromBytes)
        && Math.Max(settings.InputBytes, file.Length) >= settings.SieveFromBytes;

    /// <summary>Whether a file is text as it stands.</summary>
    public static bool IsPlain(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[InputFormat.HeadBytes];
        var read = RandomAccess.Read(file, head, 0);
        return !Inflate.IsGzip(head[..read]) && InputFormat.Unreadable(head[..read]) is null;
    }

    private SievedFile? OpenFile(InputFile file, Action<SievedUnit> onUnit)
    {
        var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        if (IsPlain(handle) && Learned(() => Sample(handle, length)) is { } learned)
        {
            return new SievedFile(handle, length, learned, settings, onUnit);
        }

        handle.Dispose();
        return null;
    }

    private static bool ComesInOrder(InputFile file)
    {
        if (file.Content is not null || file.IsStandardInput || file.Length == 0)
        {
            return file.Content is null;
        }

        if (file.Length < SmallestPacked)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[InputFormat.HeadBytes];
        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Inflate.IsGzip(head[..RandomAccess.Read(handle, head, 0)]);
    }

    /// <summary>
    /// What sieves a block of what comes in order; null where it is to be decoded whole: how much there is shows only as it is read. Where the lines are not worth it, later ones may be.
    /// </summary>
    private Sieves? SievesFor(LineBlock block)
    {
        var before = streamed;
        streamed += block.Length;
        if (plan is null || Math.Max(settings.InputBytes, before) < settings.SieveFromBytes || block.Lines.Length < Math.Min(SmallestFile, settings.SieveFromBytes)
            || (sieves is null && before < learnFrom))
        {
            return null;
        }

        learnFrom = streamed + settings.SieveFromBytes;
        return Learned(() => Sample(block));
    }

    private Sieves? Learned(Func<byte[]> sample) =>
        sieves ??= plan!.Learn(sample()) ? new Sieves(plan, settings.Ingest, settings.Kernel ?? KernelTable.Best) : null;

    private static byte[] Sample(LineBlock block)
    {
        var sample = new List<byte>();
        for (var i = 0; i < 4; i++)
        {
            var text = block.Lines[(block.Lines.Length / 4 * i)..];
            AddLines(sample, text[..Math.Min(text.Length, SampleBytes)], isStart: i == 0);
        }

        return [.. sample];
    }

    /// <summary>Whole lines from four places.</summary>
    public static byte[] Sample(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length)
    {
        var sample = new List<byte>();
        var piece = new byte[SampleBytes];
        for (var i = 0; i < 4; i++)
        {
            var read = RandomAccess.Read(file, piece, length / 4 * i);
            AddLines(sample, piece.AsSpan(0, read), isStart: i == 0);
        }

        return [.. sample];
    }

    private static void AddLines(List<byte> sample, ReadOnlySpan<byte> text, bool isStart)
    {
        text = isStart ? text : text[(text.IndexOf((byte)'\n') + 1)..];
        sample.AddRange(text[..(text.LastIndexOf((byte)'\n') + 1)]);
    }
}
