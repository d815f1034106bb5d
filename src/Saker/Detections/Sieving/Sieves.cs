using System.Collections.Concurrent;
using Saker.Ingest;
using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>The sieves of one scan, one for each thread that is at it, and what they learned of the lines they left out.</summary>
internal sealed class Sieves(SievePlan plan, IngestOptions options, ScanKernel kernel)
{
    private readonly long began = (options.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
    private readonly ConcurrentBag<Sifter> idle = [];

    /// <summary>The bounds of the times of what was left out; to be asked when nothing is under way.</summary>
    public (long Oldest, long Newest) Times => idle.Aggregate((Oldest: long.MaxValue, Newest: long.MinValue), (bounds, sifter) =>
        (Math.Min(bounds.Oldest, sifter.Sieve.Times.Oldest), Math.Max(bounds.Newest, sifter.Sieve.Times.Newest)));

    public SievedUnit Sift(Func<Sifter, SievedUnit> work)
    {
        if (!idle.TryTake(out var sifter))
        {
            sifter = new Sifter(new LineSieve(plan, kernel, began), options.LargestRecordBytes);
        }

        try
        {
            return work(sifter);
        }
        finally
        {
            idle.Add(sifter);
        }
    }
}
