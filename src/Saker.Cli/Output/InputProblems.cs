using Saker.Ingest;

namespace Saker.Cli.Output;

/// <summary>Tells on standard error what could not be read.</summary>
internal static class InputProblems
{
    public static void Tell(IngestCounts counts)
    {
        foreach (var rejection in counts.Rejections)
        {
            Console.Error.WriteLine($"rejected: {SafeText.Of(rejection)}");
        }

        if (counts.Rejected > counts.Rejections.Count)
        {
            Console.Error.WriteLine($"rejected: … and {counts.Rejected - counts.Rejections.Count:#,0} more");
        }
    }
}
