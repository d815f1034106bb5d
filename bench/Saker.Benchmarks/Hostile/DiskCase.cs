using System.Diagnostics;

namespace Saker.Benchmarks.Hostile;

/// <summary>The disk of the data directory fills up, and is given room again. Needs the right to mount a tmpfs.</summary>
internal static class DiskCase
{
    private const int Megabytes = 900;

    public static async Task<Outcome> RunAsync(HostileRun run)
    {
        var mount = Path.Combine(run.Directory, "small");
        Directory.CreateDirectory(mount);
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", mount))
        {
            return new Outcome(true, "not tried: no right to mount a tmpfs");
        }

        try
        {
            return await RunAsync(run, mount);
        }
        finally
        {
            Run("umount", "-l", mount);
        }
    }

    private static async Task<Outcome> RunAsync(HostileRun run, string mount)
    {
        var data = Path.Combine(mount, "data");
        using var server = run.NewServer(data);
        await server.StartAsync();
        using var canary = Canary.Start(server, rate: 3000);
        await Task.Delay(3000);
        var filler = Path.Combine(mount, "filler");
        Fill(filler);
        await HostileRun.WhileSampling(server, Task.Delay(15_000));
        var health = await server.HealthAsync();
        var (failures, state) = (health.GetProperty("journal").GetProperty("failures").GetInt64(), health.GetProperty("state").GetString());
        File.Delete(filler);
        await HostileRun.WhileSampling(server, Task.Delay(8000));
        var outcome = await canary.EndAsync();
        return run.Closing(server, outcome with { IsWell = outcome.IsWell && failures > 0, What = $"while it was full: {state}, {failures} failed writes; {outcome.What}" });
    }

    /// <summary>Takes all that is left.</summary>
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full, but for less than a piece.
            }
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
