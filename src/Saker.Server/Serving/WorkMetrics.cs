using System.Diagnostics.Metrics;
using Saker.Detections.Windows;
using Saker.Notify;
using Saker.Notify.Delivering;
using Saker.Server.Telemetry;

namespace Saker.Server.Serving;

/// <summary>What detections and notifications tell when metrics are read. docs/metrics.md lists them.</summary>
internal sealed class WorkMetrics(DetectionService detections, Notifications notifications)
{
    public void Observe(ServerMetrics metrics)
    {
        metrics.Observe("saker_detections", "detections", "Detections and baselines that run.", () => detections.Count);
        metrics.Observe("saker_windows_owed", "windows", "Windows that wait for their evaluation, those that failed included.", () => detections.OwedCount);
        metrics.Observe("saker_notifications_waiting", "notices", "Notices that an output did not take yet.", () => notifications.Status.Select(o => Of(o, o.Waiting)));
        metrics.Observe("saker_notifications_sent_total", "notices", "Notices that an output took since the start.", () => notifications.Status.Select(o => Of(o, o.Sent)));
        metrics.Observe("saker_notifications_failed_total", "tries", "Tries that failed since the start.", () => notifications.Status.Select(o => Of(o, o.Failed)));
        metrics.Observe("saker_notifications_dead_total", "notices", "Notices that were given up since the start.", () => notifications.Status.Select(o => Of(o, o.Dead)));
        metrics.Observe("saker_output_paused", "", "1 while an output is left alone after failures.", () => notifications.Status.Select(o => Of(o, o.PausedUntil is null ? 0 : 1)));
        metrics.Observe("saker_notifications_unrecorded", "notices", "Notices of which the store does not know yet what became of them.", () => notifications.Unrecorded);
    }

    private static Measurement<double> Of(OutputStatus output, double value) => new(value, new KeyValuePair<string, object?>("output", output.Name));
}
