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
            ReadsNothing = plan.Requests.Count == 0,
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

        if (plan.Requests.Count == 0)
        {
            return trace with { RemovedBy = "reading", Why = WhyNothingIsRead() };
        }

        // A row may rest on it by way of a search in brackets, whatever the outer search let through.
        var conditions = plan.Request is null ? [] : Ask(e);
        if (result.Traced is { } last)
        {
            return trace with { LeadsTo = RowText(last, context.Fields), Conditions = conditions.Any(c => c.Holds == false) ? [] : conditions };
        }

        if (stages.Any(s => s.Trace.Traced is not null))
        {
            return Follow(trace with { Conditions = conditions }, stages, context);
        }

        if (plan.Request is null)
        {
            return trace with { RemovedBy = "reading", Why = $"{WhyNothingIsRead()}; the searches in brackets that do did not let it through" };
        }

        if (plan.Request is { } request && e.IsMetric != request.IsMetrics)
        {
            return trace with { RemovedBy = "reading", Why = e.IsMetric ? "it is a metric data point, and the search reads events" : "it is an event, and the search reads metric data points" };
        }

        if (!range.Contains(e.TimeNanoseconds))
        {
            return trace with { RemovedBy = "the time range", Why = "its _time lies outside" };
        }

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

        return Follow(trace with { Conditions = conditions }, stages, context);
    }

    /// <summary>The conditions of the leading search, asked of an event.</summary>
    private List<ConditionTrace> Ask(Event e)
    {
        var fields = new FieldTable();
        var checks = Checks(Conditions(), fields, out var extractor);
        var row = new Row();
        extractor.Extract(e, row);
        return [.. checks.Select(c => ConditionTrace.Of(c.Condition.ToString(), c.Holds?.Invoke(row), c.Condition.FieldsRead(), row, fields))];
    }

    private string WhyNothingIsRead()
    {
        var command = plan.Pipeline.Commands[0];
        return command is IGenerates
            ? $"`{command.Spec.Name}` makes rows of its own and reads no events"
            : $"a search that begins with `| {command.Spec.Name}` reads no events: write `* | {command.Spec.Name} …`";
    }

    /// <summary>The leading search that holds a condition: all of them are asked together.</summary>
    private ICommand CommandOf(string condition) =>
        plan.Pipeline.Commands.FirstOrDefault(c => c is IFilters filter && filter.Expression.Conjuncts().Any(e => e.ToString() == condition)) ?? plan.Pipeline.Commands[0];

    /// <summary>The stage after the last of which a row rests on the event.</summary>
    private static EventTrace Follow(EventTrace trace, IReadOnlyList<(PlanStep Step, StageTrace Trace)> stages, SearchContext context)
    {
        var last = stages.Select((s, i) => s.Trace.Traced is null ? -1 : i).DefaultIfEmpty(-1).Max();
        if (last == stages.Count - 1)
        {
            return stages.Count == 0 ? trace : trace with { LeadsTo = RowText(stages[last].Trace.Traced!, context.Fields) };
        }

        var row = last < 0 ? new Row() : stages[last].Trace.Traced!;
        if (last < 0)
        {
            new FieldExtractor(FieldNeed.All, context.Fields).Extract(trace.Event, row);
        }

        var (step, stage) = stages[last + 1];
        var (conditions, why) = StageReason.Of(step, row, context);
        why ??= stage.IsPartlyKnown ? "more events stand behind its rows than are kept by name: whether this one is among them is not known" : null;
        return trace with { RemovedBy = step.Command.ToString(), Conditions = conditions, Why = why };
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

        /// <summary>Whether a row rests on more events than are kept by name.</summary>
        public bool IsPartlyKnown { get; private set; }

        /// <summary>The first row that rests on the traced event, as it left the stage.</summary>
        public Row? Traced { get; private set; }

        public IEnumerable<Row> Watch(IEnumerable<Row> rows, long ordinal)
        {
            foreach (var row in rows)
            {
                Rows++;
                IsPartlyKnown |= row.Evidence.Total > row.Evidence.Named.Length;
                if (Traced is null && row.Evidence.Named.Contains(ordinal))
                {
                    Traced = row.Clone();
                }

                yield return row;
            }
        }
    }
}
