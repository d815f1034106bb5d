using System.Globalization;
using System.Text;
using Saker.Content;
using Saker.Stores;

namespace Saker.Risk;

/// <summary>What the throttling of all detections keeps back, across restarts.</summary>
internal sealed class Throttles(IStateStore state)
{
    private readonly Dictionary<string, Throttle> byDetection = new(StringComparer.Ordinal);

    /// <summary>The throttle of a detection; null if it has none. One evaluation of a detection at a time uses it.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public async Task<Throttle?> OfAsync(Detection detection, CancellationToken cancellation)
    {
        if (detection.Throttling is not { } throttling)
        {
            return null;
        }

        lock (byDetection)
        {
            if (byDetection.TryGetValue(detection.Id, out var known))
            {
                return known;
            }
        }

        var throttle = new Throttle(throttling);
        await foreach (var row in state.ReadGroupAsync(StateTable.Settings, GroupOf(detection), cancellation).ConfigureAwait(false))
        {
            var body = Encoding.UTF8.GetString(row.Body).Split('\n', 2);
            throttle.Resume(body[1], DateTimeOffset.Parse(body[0], CultureInfo.InvariantCulture));
        }

        lock (byDetection)
        {
            return byDetection[detection.Id] = throttle;
        }
    }

    /// <summary>Keeps what a window told: before the risk events are, so that a restart in between keeps back no more and no less.</summary>
    public Task KeepAsync(Detection detection, DateTimeOffset run, IReadOnlyCollection<string> keys, CancellationToken cancellation) => keys.Count == 0
        ? Task.CompletedTask
        : state.PutAsync(StateTable.Settings, [.. keys.Select(k => new StateRow($"{GroupOf(detection)}/{k}", GroupOf(detection), run.ToUnixTimeSeconds(), 0, Encoding.UTF8.GetBytes($"{run:O}\n{k}")))], cancellation);

    /// <summary>To be read again: what is in memory may not be what is kept.</summary>
    public void Forget(Detection detection)
    {
        lock (byDetection)
        {
            byDetection.Remove(detection.Id);
        }
    }

    private static string GroupOf(Detection detection) => "throttle/" + detection.Id;
}
