using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections;

/// <summary>
/// Asks every request of every enabled detection of an event at once: JSON events by what they are named (<see cref="NamedHeads"/>), others one predicate after the other, with
/// the fields that any of them reads taken from the bytes in one pass. Equal predicates are asked once. One instance a thread.
/// </summary>
internal sealed class HeadMatcher
{
    /// <summary>Fewer events are matched sooner than the code that matches many is compiled: so many questions, and no more events than these.</summary>
    private const int FewQuestions = 20_000;

    private const int FewEvents = 1024;

    /// <summary>Senders may make up names; past so many the plain way must do.</summary>
    private const int MostNames = 64;

    private readonly FieldTable fields = new();
    private readonly Heads onEvents;
    private readonly Heads onMetrics;
    private readonly Heads unsettled;
    private readonly List<AskedHead> settled;
    private readonly HashSet<string> namesRead;
    private readonly Dictionary<EventNames, NamedHeads?> byNames = [];
    private readonly ScanKernel kernel;
    private readonly Row row = new(64);
    private readonly List<int> matched = [];
    private EventNames lastNames;
    private NamedHeads? last;
    private int left;

    /// <param name="requests">What is asked.</param>
    /// <param name="expectsMany">Whether many events will be asked, so that the code for many is worth compiling at once.</param>
    public HeadMatcher(IReadOnlyList<SourceRequest> requests, bool expectsMany = false)
        : this(requests, KernelTable.Best, expectsMany ? 0 : Math.Min(FewEvents, FewQuestions / Math.Max(1, requests.Count)))
    {
    }

    /// <summary>As the other, with a kernel to read with, after so many events that are asked the plain way.</summary>
    internal HeadMatcher(IReadOnlyList<SourceRequest> requests, ScanKernel kernel, int left)
    {
        (this.kernel, this.left) = (kernel, kernel.IsVector ? left : int.MaxValue);
        var events = Distinct(requests, metrics: false);
        settled = [.. events.Where(h => NamedHeads.CanSettle(h.Predicate))];
        namesRead = [.. settled.SelectMany(h => h.Predicate.FieldsRead())];
        onEvents = new Heads(events, fields);
        onMetrics = new Heads(Distinct(requests, metrics: true), fields);
        unsettled = new Heads([.. events.Where(h => !NamedHeads.CanSettle(h.Predicate))], fields);
    }

    /// <summary>The indexes of the requests that want this event, ascending; valid until the next call.</summary>
    public IReadOnlyList<int> Match(Event e)
    {
        matched.Clear();
        if (!e.IsMetric && e.IsJson && settled.Count > 0 && Named(e) is { } named && named.TryMatch(e, matched))
        {
            unsettled.Match(e, row, matched);
        }
        else
        {
            (e.IsMetric ? onMetrics : onEvents).Match(e, row, matched);
        }

        if (matched.Count > 1)
        {
            matched.Sort();
        }

        return matched;
    }

    /// <summary>What the predicates come to for events of these names; null if they are to be asked the plain way.</summary>
    private NamedHeads? Named(Event e)
    {
        if (left > 0)
        {
            left--;
            return null;
        }

        var names = new EventNames(
            Read(EventFields.Index, e.Index), Read(EventFields.Source, e.Source), Read(EventFields.Sourcetype, e.Sourcetype), Read(EventFields.Host, e.Host), Read(EventFields.Cluster, e.Cluster));
        if (names == lastNames)
        {
            return last;
        }

        if (!byNames.TryGetValue(names, out var heads))
        {
            heads = byNames.Count < MostNames ? new NamedHeads(settled, names.ToEvent(), kernel) : null;
            if (heads is not null)
            {
                byNames.Add(names, heads);
            }
        }

        (lastNames, last) = (names, heads);
        return heads;
    }

    /// <summary>A name that no predicate reads tells no events apart.</summary>
    private string Read(string field, string name) => namesRead.Contains(field) ? name : "";

    private static List<AskedHead> Distinct(IReadOnlyList<SourceRequest> requests, bool metrics)
    {
        var heads = new Dictionary<string, AskedHead>(StringComparer.Ordinal);
        for (var i = 0; i < requests.Count; i++)
        {
            if (requests[i].IsMetrics == metrics)
            {
                var predicate = Predicate(requests[i]);
                var text = predicate.ToString();
                if (!heads.TryGetValue(text, out var head))
                {
                    heads.Add(text, head = new AskedHead(predicate, []));
                }

                head.Requests.Add(i);
            }
        }

        return [.. heads.Values];
    }

    /// <summary>A metrics request wants its metrics only, besides what its filter says.</summary>
    internal static SearchExpression Predicate(SourceRequest request) => request.IsMetrics && request.Metrics.Count > 0
        ? request.Predicate.WithoutSubsearches().And(new SearchIn(Spl.Commands.Mstats.MetricName, [.. request.Metrics.Select(m => m.Text)]))
        : request.Predicate.WithoutSubsearches();

    /// <summary>Predicates that are asked one after the other.</summary>
    private sealed class Heads(IReadOnlyList<AskedHead> heads, FieldTable fields)
    {
        private readonly FieldExtractor extractor = new(FieldNeed.Of(heads.SelectMany(h => h.Predicate.FieldsRead()).Distinct()), fields);
        private readonly RowPredicate[] predicates = [.. heads.Select(h => SearchPredicate.Compile(h.Predicate, fields))];

        public void Match(Event e, Row row, List<int> matched)
        {
            if (predicates.Length == 0)
            {
                return;
            }

            row.Clear();
            extractor.Extract(e, row);
            for (var i = 0; i < predicates.Length; i++)
            {
                if (predicates[i](row))
                {
                    matched.AddRange(heads[i].Requests);
                }
            }
        }
    }

    private readonly record struct EventNames(string Index, string Source, string Sourcetype, string Host, string Cluster)
    {
        public Event ToEvent() => new() { Index = Index, Source = Source, Sourcetype = Sourcetype, Host = Host, Cluster = Cluster };
    }
}

/// <summary>What is asked of events, and the numbers of the requests that ask it.</summary>
internal sealed record AskedHead(SearchExpression Predicate, List<int> Requests);
