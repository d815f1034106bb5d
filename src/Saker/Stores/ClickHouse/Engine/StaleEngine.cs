using System.Globalization;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// Remembers which process serves a data directory, in its <c>engine.pid</c> (<c>4711 839201</c>: id and start), so that one that outlived its parent
/// is found and ended before another starts.
/// </summary>
internal static class StaleEngine
{
    public static void Remember(string directory, int process) =>
        File.WriteAllText(FileIn(directory), string.Create(CultureInfo.InvariantCulture, $"{process} {LinuxProcess.StartOf(process)}"));

    public static void Forget(string directory) => File.Delete(FileIn(directory));

    /// <summary>Ends an engine that is left over, and waits until it is gone. The caller holds the directory's lock: no living parent has it.</summary>
    /// <returns>Its process id; null if there was none.</returns>
    public static async Task<int?> EndAsync(string directory, TimeProvider clock, CancellationToken cancellation)
    {
        if (!File.Exists(FileIn(directory)) || (await File.ReadAllTextAsync(FileIn(directory), cancellation).ConfigureAwait(false)).Split(' ') is not [var id, var start]
            || !int.TryParse(id, CultureInfo.InvariantCulture, out var process) || !long.TryParse(start, CultureInfo.InvariantCulture, out var ticks)
            || LinuxProcess.StartOf(process) != ticks)
        {
            return null;
        }

        _ = LinuxProcess.Signal(process, LinuxProcess.SigKill);
        for (var waited = 0; LinuxProcess.StartOf(process) == ticks; waited++)
        {
            if (waited > 200)
            {
                throw new EngineException($"process {process} still serves {directory} and does not end");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellation).ConfigureAwait(false);
        }

        return process;
    }

    private static string FileIn(string directory) => Path.Combine(directory, "engine.pid");
}
