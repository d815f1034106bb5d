namespace Saker.Notify;

/// <summary>An output did not take notices; the message says why, without secrets.</summary>
internal sealed class DeliveryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The receiver will never take these as they are.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Nothing was sent that could have arrived.</summary>
    public bool CannotHaveArrived { get; init; }

    /// <summary>How long the receiver asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
