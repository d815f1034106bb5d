using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Stores;

/// <summary>
/// What one request, or one read of a file, brought: decoded and masked, so that nothing unmasked is ever written. It is kept whole or not at all.
/// </summary>
/// <param name="Source">Who sent it, as the balance names it: <c>hec/ci</c>, <c>audit/prod</c>, <c>file/var/log/kube-apiserver/audit.log</c>.</param>
/// <param name="Events">Their bytes stay valid until the batch was taken.</param>
/// <param name="Rejected">What could not be read, with the reason: it becomes dead letters.</param>
/// <param name="OtherCount">Items that were sound and gave no event (an empty line, a control message).</param>
/// <param name="IsIrreplaceable">Whether the sender does not try again (Falco): such batches may use the room that is kept for them.</param>
internal sealed record ReceivedBatch(
    string Source, IReadOnlyList<ReceivedEvent> Events, IReadOnlyList<RejectedItem> Rejected, long OtherCount, bool IsIrreplaceable);

/// <summary>An event, what it was recognised as, and what tells it from others.</summary>
internal readonly record struct ReceivedEvent
{
    /// <summary>An event that came in: its identity is worked out here, once.</summary>
    public ReceivedEvent(Event e, EventKind kind, bool isView = false)
        : this(e, kind, isView, EventIdentity.Of(e, kind, isView))
    {
    }

    /// <summary>An event that was kept before, with the identity it had then.</summary>
    public ReceivedEvent(Event e, EventKind kind, bool isView, UInt128? identity) => (Event, Kind, IsView, Identity) = (e, kind, isView, identity);

    public Event Event { get; }

    public EventKind Kind { get; }

    /// <summary>Whether it is the same item once more, as it was wrapped (<see cref="WrappedViews"/>): stored, but not counted.</summary>
    public bool IsView { get; }

    /// <summary>The same for every copy of the same event (<c>event_id</c>); null where equal events are legitimate repeats.</summary>
    public UInt128? Identity { get; }
}

/// <summary>Something that could not be read: what it said, masked as far as that goes without its grammar, and why.</summary>
internal sealed record RejectedItem(RecordPlace Place, string Reason, ReadOnlyMemory<byte> Text);
