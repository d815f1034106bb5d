using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Stores;
using Saker.Tests.Golden;
using Xunit;

namespace Saker.EndToEnd.Stores;

/// <summary>What the golden files say of the language holds when ClickHouse keeps the events, and prunes them.</summary>
public sealed class GoldenStoreTests(EngineFixture fixture)
{
    [Fact]
    public async Task Every_query_of_the_golden_files_gives_the_same_rows_from_ClickHouse()
    {
        using var store = fixture.NewStore();
        var failures = new List<string>();
        var queries = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SakerProcess.Root, "tests", "golden"), "*.spl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var events = new GoldenStore(store);
            var engine = new GoldenEngine(events.Open);
            foreach (var record in GoldenFile.Read(file).Records.Where(r => r.Kind is not ("canonical" or "plan")))
            {
                var actual = GoldenAnswer.Of(engine, record);
                queries += record.Kind == "query" ? 1 : 0;
                if (actual is not null && !actual.SequenceEqual(record.Expected))
                {
                    failures.Add($"{file}:{record.Line}\nexpected\n  {string.Join("\n  ", record.Expected)}\nactual\n  {string.Join("\n  ", actual)}");
                }
            }
        }

        Assert.True(queries > 500, $"only {queries} queries were run");
        Assert.True(failures.Count == 0, $"{failures.Count} of {queries} differ\n" + string.Join("\n\n", failures.Take(20)));
    }

    /// <summary>Puts a file's events into the store before each query that reads them, and takes them out at the end.</summary>
    private sealed class GoldenStore(TestStore store) : IAsyncDisposable
    {
        private readonly string name = Guid.NewGuid().ToString("N");
        private int stored;

        public IEventSource Open(SearchPlan plan, IReadOnlyList<Event> events)
        {
            if (events.Count > stored)
            {
                ReceivedEvent[] fresh = [.. events.Skip(stored).Select(e => new ReceivedEvent(e, e.IsMetric ? EventKind.Metric : EventKind.Other))];
                store.Events.InsertAsync(fresh, $"{name}/{stored}", CancellationToken.None).GetAwaiter().GetResult();
                stored = events.Count;
            }

            return store.Events;
        }

        public async ValueTask DisposeAsync()
        {
            if (stored > 0)
            {
                await store.Client.ExecuteAsync("TRUNCATE TABLE events", CancellationToken.None);
                await store.Client.ExecuteAsync("TRUNCATE TABLE metrics", CancellationToken.None);
            }
        }
    }
}
