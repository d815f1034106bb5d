namespace Saker.Benchmarks.Hostile;

/// <summary>Somebody sets the clock of the machine while events come.</summary>
internal static class ClockCase
{
    public static async Task<Outcome> RunAsync(HostileRun run, int seconds)
    {
        using var server = run.NewServer();
        await server.StartAsync($"--jump {seconds} --after 6000");
        using var canary = Canary.Start(server);
        await HostileRun.WhileSampling(server, Task.Delay(15_000));
        var health = await server.HealthAsync();
        // A detection that was enabled a moment ago is, an hour back, not enabled yet.
        var outcome = await canary.EndAsync(wantsRisks: seconds > 0);
        return run.Closing(server, outcome with { What = $"{health.GetProperty("state").GetString()}; {outcome.What}" });
    }
}
