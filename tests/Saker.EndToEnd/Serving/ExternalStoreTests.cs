using Saker.Benchmarks.Hostile;
using Saker.EndToEnd.Stores;
using Xunit;

namespace Saker.EndToEnd.Serving;

/// <summary>Events in a ClickHouse server that <c>store.url</c> names, with its usual way in and a database of its own.</summary>
public sealed class ExternalStoreTests(EngineFixture engine)
{
    [Fact]
    public async Task A_server_is_used_in_place_of_an_engine_and_may_be_away()
    {
        engine.RequireEngine();
        var directory = Directory.CreateTempSubdirectory("saker-external-").FullName;
        using var clickHouse = await PlainEngine.StartAsync(directory, engine.Program);
        using var proxy = new StoreProxy(clickHouse.Port);
        await using (var server = new ServeProcess(null, ("SAKER__STORE__URL", $"{proxy.Address}saker_events")))
        {
            await server.StartAsync();
            Assert.Equal(200, (await server.PostAsync("/services/collector", """{"event":"before"}""")).Status);
            await server.DrainAsync();
            Assert.False((await server.GetAsync("/api/v1/health")).GetProperty("store").GetProperty("is_private").GetBoolean());

            clickHouse.Kill();
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(200, (await server.PostAsync("/services/collector", $$"""{"event":"while it was away {{i}}"}""")).Status);
            }

            Assert.Equal(503, (await server.PostAsync("/api/v1/events/search", """{"search":"before"}""")).Status);
            Assert.True((await server.GetAsync("/api/v1/health")).GetProperty("journal").GetProperty("pending_bytes").GetInt64() > 0);
            await server.KillAsync();
            await server.StartAsync();

            await clickHouse.StartAsync();
            proxy.Target = clickHouse.Port;
            await server.DrainAsync();
            Assert.Equal(1, (await server.SearchAsync("before | stats count")).Single().GetProperty("count").GetInt32());
            Assert.Equal(5, (await server.SearchAsync("\"while it was away\" | stats count")).Single().GetProperty("count").GetInt32());
            Assert.Equal(0, await server.StopAsync());
        }

        clickHouse.Kill();
        Directory.Delete(directory, recursive: true);
    }
}
