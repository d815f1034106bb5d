using Saker.Generate.Load;
using Saker.Spl.Execution;

namespace Saker.Benchmarks.Micro;

/// <summary>Some megabytes of generated audit events in memory, as ingest hands them on.</summary>
internal sealed class EventSample
{
    private EventSample(IReadOnlyList<Event> events) => Events = events;

    public IReadOnlyList<Event> Events { get; }

    public static EventSample Of(long bytes)
    {
        using var log = new MemoryStream();
        Generator.Write(new LoadOptions { Size = bytes, Seed = 11 }, log);
        var all = log.ToArray();
        var events = new List<Event>();
        for (var start = 0; start < all.Length;)
        {
            var end = start + all.AsSpan(start).IndexOf((byte)'\n');
            events.Add(new Event { Raw = all.AsMemory(start, end - start), Source = "kubernetes", Sourcetype = "kube:apiserver:audit", TimeNanoseconds = 1_000_000_000L * events.Count });
            start = end + 1;
        }

        return new EventSample(events);
    }
}
