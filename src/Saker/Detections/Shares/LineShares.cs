using Saker.Detections.Sieving;
using Saker.Ingest;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;

namespace Saker.Detections.Shares;

/// <summary>
/// Decides of each input how a search that only groups reads it: where most lines are plain audit events that it wants, they are grouped from their
/// lines; where it wants few, the others are sieved out and those are decoded; else all is. Inputs of less than
/// <see cref="ScanSettings.SieveFromBytes"/> are decoded whole.
/// </summary>
internal sealed class LineShares
{
    /// <summary>Up to this share of lines that are wanted, sieving is quicker than reading all lines' fields.</summary>
    private const double MostSieved = 0.04;

    private readonly ScanSettings settings;
    private readonly InputSieve sieve;
    private readonly LineGroups? sample;
    private readonly WorkerPool<LineReader> readers;

    public LineShares(ScanSettings settings, PartialSearch search, IReadOnlyList<SourceRequest> requests)
    {
        this.settings = settings;
        var kernel = settings.Kernel ?? KernelTable.Best;
        sieve = new InputSieve(settings, requests);
        sample = settings.DecodesAll ? null : LineGroups.Of(search, settings.Ingest, kernel);
        readers = new(() => new LineReader(LineGroups.Of(search, settings.Ingest, kernel)!, settings.Ingest.LargestRecordBytes));
    }

    /// <summary>The time of the newest event that was sieved out.</summary>
    public long Newest => sieve.Times.Newest;

    /// <summary>What is to be decoded of an input; null if all of it.</summary>
    /// <param name="file">The input.</param>
    /// <param name="seen">What knows its events again.</param>
    /// <param name="onUnit">Told of every stretch that was grouped, in order.</param>
    /// <param name="onSieved">Told of every stretch that was sieved, in order.</param>
    public Stream? Open(InputFile file, SeenEvents seen, Action<LineFile, LineUnit> onUnit, Action<SievedUnit> onSieved)
    {
        if (sieve.OpenStream(file, onSieved) is { } stream)
        {
            return stream;
        }

        if (sample is null || !InputSieve.IsLarge(settings, file))
        {
            return null;
        }

        var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        var (lines, plain, wanted) = InputSieve.IsPlain(handle) ? Look(InputSieve.Sample(handle, length)) : default;
        if (plain > 0 && wanted <= MostSieved * plain && sieve.Open(file, onSieved) is { } sieved)
        {
            handle.Dispose();
            return sieved;
        }

        if (plain > 0 && plain >= lines / 2)
        {
            return new LineFile(handle, seen.AddFile(file), length, readers, settings, onUnit);
        }

        handle.Dispose();
        return null;
    }

    private (int Lines, int Plain, int Wanted) Look(byte[] text)
    {
        var (lines, plain, wanted) = (0, 0, 0);
        for (int at = 0, length; at < text.Length; at += length + 1)
        {
            length = text.AsSpan(at).IndexOf((byte)'\n');
            var isWanted = sample!.Wants(new ArraySegment<byte>(text, at, text.AsSpan(at, length).TrimEnd(" \t\r"u8).Length));
            lines++;
            plain += isWanted is null ? 0 : 1;
            wanted += isWanted == true ? 1 : 0;
        }

        return (lines, plain, wanted);
    }
}
