using Saker.Risk;

namespace Saker.Detections.Windows;

/// <summary>A window that has something to be done: now, at its time, or when it is tried again.</summary>
internal sealed class WindowEntry(Window window, LedgerRow row)
{
    public Window Window { get; } = window;

    /// <summary>What the ledger says, or will say once it is evaluated.</summary>
    public LedgerRow Row { get; set; } = row;

    /// <summary>Whether an event came since it was evaluated.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Not before.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Given up until somebody asks for it.</summary>
    public bool IsGivenUp { get; set; }
}
