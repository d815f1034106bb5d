using Saker.Notify.Outputs;

namespace Saker.Notify;

/// <summary>Sends a notice that is marked as a test to one output, now and directly: past routes, quiet hours and the outbox.</summary>
internal static class OutputTrial
{
    /// <summary>How long the receiver took, and why it did not take it; null if it did.</summary>
    public static async Task<(TimeSpan Took, string? Failure)> RunAsync(OutputSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        await using var output = OutputTypes.Create(settings, clock);
        var began = clock.GetTimestamp();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await output.SendAsync([Notice.Test(settings.Name, clock.GetUtcNow())], either.Token).ConfigureAwait(false);
            return (clock.GetElapsedTime(began), null);
        }
        catch (DeliveryException failure)
        {
            return (clock.GetElapsedTime(began), failure.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (clock.GetElapsedTime(began), $"no answer within {settings.TimeoutSeconds} s");
        }
    }
}
