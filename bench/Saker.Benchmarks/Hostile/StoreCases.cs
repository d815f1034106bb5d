namespace Saker.Benchmarks.Hostile;

/// <summary>A ClickHouse server named by <c>store.url</c> that does not do what it should.</summary>
internal static class StoreCases
{
    public static Task<Outcome> AwayAsync(HostileRun run) => RunAsync(run, proxy => proxy.GoAway(), proxy => proxy.ComeBack());

    public static Task<Outcome> SlowAsync(HostileRun run) => RunAsync(run, proxy => proxy.Delay = TimeSpan.FromMilliseconds(150), proxy => proxy.Delay = TimeSpan.Zero);

    private static async Task<Outcome> RunAsync(HostileRun run, Action<StoreProxy> begin, Action<StoreProxy> end)
    {
        using var engine = await PlainEngine.StartAsync(Path.Combine(run.Directory, Guid.NewGuid().ToString("N")));
        using var proxy = new StoreProxy(engine.Port);
        using var server = run.NewServer();
        server.Settings["SAKER__STORE__URL"] = proxy.Address.ToString() + "saker";
        await server.StartAsync();
        using var canary = Canary.Start(server, run.Rate);
        await Task.Delay(3000);
        begin(proxy);
        await HostileRun.WhileSampling(server, Task.Delay(run.Trouble));
        var waiting = (await server.HealthAsync()).GetProperty("journal").GetProperty("pending_bytes").GetInt64();
        end(proxy);
        await Task.Delay(2000);
        var outcome = await canary.EndAsync();
        return run.Closing(server, outcome with { What = $"for {run.Trouble.TotalSeconds:N0} s: {waiting / 1e6:N0} MB waited in the journal; {outcome.What}" });
    }
}
