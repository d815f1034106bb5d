namespace Saker.Notify.Outputs;

/// <summary>Sends notices in one receiver's form.</summary>
internal interface IOutput : IAsyncDisposable
{
    /// <summary>How many notices that are in no group one message holds.</summary>
    int MostAtOnce { get; }

    /// <summary>Sends notices as one message or batch; returns once the receiver took them.</summary>
    /// <exception cref="DeliveryException">It did not, or it is not known whether it did.</exception>
    Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation);
}
