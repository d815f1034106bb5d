using Saker.Ingest;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;

namespace Saker.Detections.Tracing;

/// <summary>
/// Runs a search over inputs and tells what each of its stages let through; and of one event, which stage removed it and why. Other than
/// a search it keeps every event, so that it can tell of those that the search never wanted.
/// </summary>
internal sealed class SearchTrace : IDisposable
{
    private static readonly SourceRequest AllEvents = new(new SearchAll(), FieldNeed.None, IsMetrics: false);
    private static readonly SourceRequest AllMetrics = new(new SearchAll(), FieldNeed.None, IsMetrics: true);

    private readonly SearchPlan plan;
    private readonly ScanSettings settings;
    private readonly EventSpool spool;
    private readonly ScanReader reader;

    public SearchTrace(SearchPlan plan, ScanSettings settings)
    {
        (this.plan, this.settings) = (plan, settings);
        IReadOnlyList<SourceRequest> requests = [.. plan.Requests, AllEvents, AllMetrics];
        spool = new EventSpool(requests, settings.TemporaryDirectory);
        reader = new ScanReader(settings, requests, spool);
    }

    public IngestCounts Counts => reader.Counts;

    public Task ReadAsync(InputFile file, CancellationToken cancellation) => reader.ReadAsync(file, _ => { }, cancellation);

    /// <summary>Runs the search and counts. <paramref name="traced"/> is the number of an event in the order of reading, from 1.</summary>
    public TraceReport Run(long? traced, CancellationToken cancellation)
    {
        spool.Complete();
        var now = settings.Now ?? (reader.Newest == long.MinValue ? settings.Ingest.Clock.GetUtcNow() : Scan.ToTime(reader.Newest));
        var ordinal = traced - 1 ?? -1;
        var stages = new Dictionary<object, StageTrace>(plan.Steps.Select(s => new KeyValuePair<object, StageTrace>(s, new StageTrace())), ReferenceEqualityComparer.Instance);
        var context = new SearchContext
        {
            Source = spool,
            Now = now,
            Range = settings.Bounds(now),
            FindPlace = settings.FindPlace,
            Lookups = settings.Lookups,
            TemporaryDirectory = settings.TemporaryDirectory,
            Cancellation = cancellation,
            AfterStep = (step, stream) => stages.TryGetValue(step, out var stage) ? stream with { Rows = stage.Watch(stream.Rows, ordinal) } : stream,
        };
        var range = plan.Request?.Resolve(context.Range, now, context.Zone) ?? context.Range;
        var filters = CountFilters(range, cancellation);
        var result = new StageTrace();
        foreach (var unused in result.Watch(plan.Run(context).Rows, ordinal))
        {
        }

        return new TraceReport
        {
            Read = spool.Count,
            Duplicates = spool.DuplicateCount,
            InRange = filters.InRange,
            Filters = filters.Filters,
            Stages = [.. plan.Steps.Select(s => (s.Command, stages[s].Rows))],
            Event = traced is null || ordinal < 0 || ordinal >= spool.Count ? null : Follow(ordinal, range, context, [.. plan.Steps.Select(s => (s, stages[s]))], result),
        };
    }

    public void Dispose() => spool.Dispose();

    /// <summary>The conditions that an event must meet before it becomes a row, in order.</summary>
    private IReadOnlyList<SearchExpression> Conditions() => plan.Request is null
        ? []
        : [.. HeadMatcher.Predicate(plan.Request).Conjuncts().Union(plan.Request.Predicate.Conjuncts()).Where(c => c is not (SearchTime or SearchAll))];

    private (long InRange, IReadOnlyList<FilterTrace> Filters) CountFilters(TimeRange range, CancellationToken cancellation)
    {
        var checks = Checks(Conditions(), new FieldTable(), out var extractor);
        var left = new long[checks.Count];
        var (inRange, row) = (0L, new Row());
        foreach (var e in spool.Read(plan.Request is { IsMetrics: true } ? AllMetrics : AllEvents, range, cancellation))
        {
            if (!range.Contains(e.TimeNanoseconds))
            {
                continue;
            }

            inRange++;
            row.Clear();
            extractor.Extract(e, row);
            for (var i = 0; i < checks.Count && (checks[i].Holds?.Invoke(row) ?? true); i++)
            {
                left[i]++;
            }
        }

        return (inRange, [.. checks.Select((c, i) => new FilterTrace(c.Condition.ToString(), left[i], c.Holds is null))]);
    }

    private EventTrace Follow(long ordinal, TimeRange range, SearchContext context, IReadOnlyList<(PlanStep Step, StageTrace Trace)> stages, StageTrace result)
    {
        var e = spool.Read(ordinal);
        var trace = new EventTrace(e);
        if (spool.IsDuplicate(ordinal))
        {
            return trace with { RemovedBy = "reading", Why = "the same event was read before; it counts once" };
        }

        if (plan.Request is { } request && e.IsMetric != request.IsMetrics)
        {
            return trace with { RemovedBy = "reading", Why = e.IsMetric ? "it is a metric data point, and the search reads events" : "it is an event, and the search reads metric data points" };
        }

        if (!range.Contains(e.TimeNanoseconds))
        {
            return trace with { RemovedBy = "the time range", Why = "its _time lies outside" };
        }

        var fields = new FieldTable();
        var checks = Checks(Conditions(), fields, out var extractor);
        var row = new Row();
        extractor.Extract(e, row);
        var conditions = checks.Select(c => ConditionTrace.Of(c.Condition.ToString(), c.Holds?.Invoke(row), c.Condition.FieldsRead(), row, fields)).ToList();
        if (conditions.Any(c => c.Holds == false))
        {
            return trace with { RemovedBy = CommandOf(conditions.First(c => c.Holds == false).Text).ToString(), Conditions = conditions };
        }

        // What a subsearch decides shows only in what came of it.
        var next = stages.Count > 0 ? stages[0].Trace : result;
        if (next.Traced is null && conditions.FirstOrDefault(c => c.Holds is null) is { } unknown)
        {
            var why = "what the subsearch found does not let it through" + (stages.Count > 0 ? $", or else `{stages[0].Step.Command.Spec.Name}` after it does not" : "");
            return trace with { RemovedBy = CommandOf(unknown.Text).ToString(), Conditions = conditions, Why = why };
        }

        return Follow(trace with { Conditions = conditions }, context, stages);
    }

    /// <summary>The leading search that holds a condition: all of them are asked together.</summary>
    private ICommand CommandOf(string condition) =>
        plan.Pipeline.Commands.FirstOrDefault(c => c is IFilters filter && filter.Expression.Conjuncts().Any(e => e.ToString() == condition)) ?? plan.Pipeline.Commands[0];

    /// <summary>The first stage after which no row rests on the event any more.</summary>
    private static EventTrace Follow(EventTrace trace, SearchContext context, IReadOnlyList<(PlanStep Step, StageTrace Trace)> stages)
    {
        StageTrace? before = null;
        foreach (var (step, stage) in stages)
        {
            if (stage.Traced is not null)
            {
                before = stage;
                continue;
            }

            if (before?.Traced is not { } row)
            {
                row = new Row();
                new FieldExtractor(FieldNeed.All, context.Fields).Extract(trace.Event, row);
            }

            var (conditions, why) = StageReason.Of(step, row, context);
            return trace with { RemovedBy = step.Command.ToString(), Conditions = conditions, Why = why };
        }

        return trace with { LeadsTo = before?.Traced is { } last ? RowText(last, context.Fields) : null };
    }

    private static IReadOnlyList<(string, string)> RowText(Row row, FieldTable fields) =>
        [.. ColumnNames.Of([row], fields).Where(c => c is not (EventFields.Raw or EventFields.IndexTime)).Select(c => (c, row[fields.Slot(c)].Text))];

    private static List<(SearchExpression Condition, RowPredicate? Holds)> Checks(IReadOnlyList<SearchExpression> conditions, FieldTable fields, out FieldExtractor extractor)
    {
        extractor = new FieldExtractor(FieldNeed.Of(conditions.SelectMany(c => c.FieldsRead())), fields);
        // What a subsearch stands for is known only when the whole search runs.
        return [.. conditions.Select(c => (c, c.Subexpressions().Any(s => s is SearchSubsearch) ? null : SearchPredicate.Compile(c, fields)))];
    }

    /// <summary>What passed a stage.</summary>
    private sealed class StageTrace
    {
        public long Rows { get; private set; }

        /// <summary>The first row that rests on the traced event, as it left the stage.</summary>
        public Row? Traced { get; private set; }

        public IEnumerable<Row> Watch(IEnumerable<Row> rows, long ordinal)
        {
            foreach (var row in rows)
            {
                Rows++;
                if (Traced is null && row.Evidence.Named.Contains(ordinal))
                {
                    Traced = row.Clone();
                }

                yield return row;
            }
        }
    }
}
