using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Tests.Server;

/// <summary>Keeps what it is given, copied, or answers as it is told to.</summary>
internal sealed class MemoryIntake : IIntake
{
    private readonly List<KeptEvent> events = [];
    private readonly List<ReceivedBatch> batches = [];

    /// <summary>What it answers from now on; anything but kept keeps nothing.</summary>
    public IntakeAnswer Answer { get; set; } = IntakeAnswer.Kept;

    /// <summary>Asked before each answer, so that a test can hold it back.</summary>
    public Func<Task>? Before { get; set; }

    /// <summary>Their events' bytes are no longer valid: see <see cref="Events"/>.</summary>
    public IReadOnlyList<ReceivedBatch> Batches { get { lock (events) { return [.. batches]; } } }

    public IReadOnlyList<KeptEvent> Events { get { lock (events) { return [.. events]; } } }

    public IReadOnlyList<RejectedItem> Rejected => [.. Batches.SelectMany(b => b.Rejected)];

    public async ValueTask<IntakeAnswer> TakeAsync(ReceivedBatch batch, CancellationToken cancellation)
    {
        if (Before is { } before)
        {
            await before();
        }

        if (Answer.Status == IntakeStatus.Kept)
        {
            lock (events)
            {
                batches.Add(batch with { Rejected = [.. batch.Rejected.Select(r => r with { Text = r.Text.ToArray() })] });
                events.AddRange(batch.Events.Select(e => new KeptEvent(e.Event, Encoding.UTF8.GetString(e.Event.Raw.Span), Encoding.UTF8.GetString(e.Event.Extra.Span), e.Kind)));
            }
        }

        return Answer;
    }
}

/// <summary>An event with its texts copied.</summary>
internal sealed record KeptEvent(Event Event, string Raw, string Extra, EventKind Kind);
