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

/// <summary>An event and what it was recognised as.</summary>
internal readonly record struct ReceivedEvent(Event Event, EventKind Kind);

/// <summary>Something that could not be read: what it said, masked as far as that goes without its grammar, and why.</summary>
internal sealed record RejectedItem(RecordPlace Place, string Reason, ReadOnlyMemory<byte> Text);
