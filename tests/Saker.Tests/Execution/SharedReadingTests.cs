using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Xunit;

namespace Saker.Tests.Execution;

/// <summary>Rows that several threads make are those that one makes, in the same order.</summary>
public sealed class SharedReadingTests
{
    private const int EventCount = 5000;

    [Theory]
    [InlineData("* | table n verb")]
    [InlineData("verb=get n>100 | stats count values(n) AS n BY verb user.name")]
    [InlineData("verb=get | fillnull | stats count BY verb absent n")]
    [InlineData("NOT verb=get | head 1700 | table n")]
    [InlineData("n>700 n<4900 | dedup verb | table n verb")]
    [InlineData("kv* | table n verb")]
    [InlineData("* | fields *")]
    public void They_are_those_of_one_thread(string search)
    {
        var one = Run(search, workers: 1);
        Assert.NotEmpty(one);
        Assert.Equal(one, Run(search, workers: 3));
    }

    [Fact]
    public void Events_are_in_use_until_their_rows_are_made()
    {
        var events = new ScribbledEvents(Events());
        Assert.Equal(Stopped(new ScribbledEvents(Events()), workers: 1), Stopped(events, workers: 3));
        Assert.True(events.IsScribbled);
    }

    [Fact]
    public void A_source_that_fails_fails_the_search()
    {
        var plan = SearchPlanner.Plan(PipelineParser.Parse("* | fields n"));
        var context = new SearchContext { Source = new BrokenEvents(Events()), Now = DateTimeOffset.UnixEpoch, Workers = 3 };
        Assert.Equal("the disk is gone", Assert.Throws<IOException>(() => plan.Run(context).Rows.Count()).Message);
    }

    private static List<string> Stopped(ScribbledEvents events, int workers)
    {
        var plan = SearchPlanner.Plan(PipelineParser.Parse("verb=* | fields n verb | where n < 4000 | head 900 | stats count max(n) BY verb"));
        var context = new SearchContext { Source = events, Now = DateTimeOffset.UnixEpoch, Workers = workers };
        return [.. plan.Run(context).Rows.Select(r => string.Join(' ', ((string[])["verb", "count", "max(n)"]).Select(c => r[context.Fields.Slot(c)].Text)))];
    }

    private static List<string> Run(string search, int workers)
    {
        var plan = SearchPlanner.Plan(PipelineParser.Parse(search));
        var context = new SearchContext { Source = new MemoryEventSource(Events()), Now = DateTimeOffset.UnixEpoch, Workers = workers };
        return [.. plan.Run(context).Rows.Select(row =>
            string.Join(' ', Enumerable.Range(0, context.Fields.Count).Where(slot => !row[slot].IsNull).Select(slot => $"{context.Fields.Name(slot)}={row[slot].Text}").Order())
            + " of " + string.Join(',', row.Evidence.Named.ToArray()))];
    }

    /// <summary>Of every kind that is read in another way: JSON, JSON with a duplicate key, with escapes, what is no JSON; times go up and down.</summary>
    private static Event[] Events() =>
    [
        .. Enumerable.Range(0, EventCount).Select(i => new Event
        {
            Raw = Encoding.UTF8.GetBytes((i % 50) switch
            {
                7 => $"{{\"verb\":\"get\",\"n\":{i},\"verb\":\"list\"}}",
                9 => $"{{\"verb\":\"g\\u0065t\",\"n\":{i}}}",
                11 => $"kv n={i} verb=get",
                13 => $"{{\"verb\":\"get\",\"n\":{i}",
                _ => $"{{\"verb\":\"{(i % 2 == 0 ? "get" : "list")}\",\"n\":{i},\"user\":{{\"name\":\"u{i % 17}\"}}}}",
            }),
            TimeNanoseconds = 1_773_489_000_000_000_000 + (i % 100 * 1_000_000_000L),
            Ordinal = i,
        }),
    ];

    /// <summary>Its events are worth nothing once their enumeration is disposed of.</summary>
    private sealed class ScribbledEvents(Event[] events) : IEventSource, IEnumerable<Event>, IEnumerator<Event>
    {
        private int next = -1;

        public bool IsScribbled { get; private set; }

        public Event Current => events[next];

        object System.Collections.IEnumerator.Current => Current;

        public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation) => this;

        public IEnumerator<Event> GetEnumerator() => this;

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => this;

        public bool MoveNext() => ++next < events.Length;

        public void Reset() => next = -1;

        public void Dispose()
        {
            IsScribbled = true;
            foreach (var e in events)
            {
                System.Runtime.InteropServices.MemoryMarshal.AsMemory(e.Raw).Span.Fill((byte)'!');
            }
        }
    }

    private sealed class BrokenEvents(Event[] events) : IEventSource
    {
        public IEnumerable<Event> Read(SourceRequest request, TimeRange range, CancellationToken cancellation)
        {
            foreach (var e in events[..3000])
            {
                yield return e;
            }

            throw new IOException("the disk is gone");
        }
    }
}
