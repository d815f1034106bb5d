using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores;

namespace Saker.Tests.Stores;

/// <summary>A store in memory that fails as asked. It keeps a token once, and refuses a batch with an event in it that says "poison".</summary>
internal sealed class MemoryStore : IEventStore
{
    private readonly Lock gate = new();
    private readonly List<string> texts = [];

    public HashSet<string> Tokens { get; } = [];

    /// <summary>How often it was called.</summary>
    public int Calls { get; private set; }

    /// <summary>Throws if it should fail this time: before anything is kept, or after.</summary>
    public Action<bool> Fault { get; set; } = _ => { };

    public List<string> Texts
    {
        get
        {
            lock (gate)
            {
                return [.. texts];
            }
        }
    }

    public Task InsertAsync(IReadOnlyList<ReceivedEvent> events, string deduplicationToken, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (gate)
        {
            Calls++;
            Fault(false);
            if (events.Any(e => StoreEvents.TextOf(e).Contains("poison", StringComparison.Ordinal)))
            {
                throw new StoreRefusedException("the event is poison");
            }

            if (Tokens.Add(deduplicationToken))
            {
                texts.AddRange(events.Select(StoreEvents.TextOf));
            }

            // It has the events, and the answer is lost.
            Fault(true);
        }

        return Task.CompletedTask;
    }

    public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation) => throw new NotSupportedException();
}
