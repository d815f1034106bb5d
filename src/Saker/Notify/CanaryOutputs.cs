using System.Collections.Concurrent;
using Saker.Content;

namespace Saker.Notify;

/// <summary>
/// Which output a canary that was announced is told to; any that was not is told to nobody, since whoever may send events can send marked ones. Forgotten after some minutes, and by a restart.
/// </summary>
internal sealed class CanaryOutputs(TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, (string Output, DateTimeOffset Until)> outputs = new(StringComparer.Ordinal);

    public void Announce(string id, string output)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, _) in outputs.Where(o => o.Value.Until < now))
        {
            outputs.TryRemove(old, out _);
        }

        outputs[id] = (output, now + Remembered);
    }

    /// <summary>The output that hears of a marked event; null for none.</summary>
    public string? Find(string mark) => Canary.IdOf(mark) is { } id && outputs.TryGetValue(id, out var found) && found.Until >= clock.GetUtcNow() ? found.Output : null;
}
