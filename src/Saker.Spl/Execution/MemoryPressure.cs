namespace Saker.Spl.Execution;

/// <summary>
/// Gives memory back after an operator moved what it held to disk. Left to itself the collector lets hundreds of megabytes of such
/// garbage stand while the machine has room; a scan beside other work must stay small.
/// </summary>
public static class MemoryPressure
{
    private const long EnoughBytes = 96L << 20;

    /// <summary>Collects, if the heap has grown past what is worth a pause.</summary>
    public static void Relieve()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > EnoughBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
