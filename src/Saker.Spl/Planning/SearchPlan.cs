using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Planning;

/// <summary>A command with what the commands after it read of its output, and the plans of its own pipelines.</summary>
public sealed record PlanStep(ICommand Command, FieldNeed Output)
{
    public IReadOnlyList<SearchPlan> Inner { get; init; } = [];

    /// <summary>The events that the command reads of its own accord.</summary>
    public SourceRequest? Request { get; init; }
}

/// <summary>A search made ready to run, any number of times.</summary>
public sealed class SearchPlan
{
    private readonly IReadOnlyList<SearchPlan> headInner;

    internal SearchPlan(Pipeline pipeline, SourceRequest? request, IReadOnlyList<PlanStep> steps, int headLength, string? closeReason, PlanRules rules)
    {
        Pipeline = pipeline;
        Request = request;
        HeadLength = headLength;
        WhyAtClose = closeReason;
        var skipped = request is null ? 0 : Rules.MergeSearches.Count(pipeline.Commands, rules);
        IsEventSearch = skipped > 0;
        Steps = [.. steps.Skip(skipped)];
        headInner = [.. steps.Take(skipped).SelectMany(s => s.Inner)];
        Inner = [.. steps.SelectMany(s => s.Inner)];
        WhyNewestFirst = IsEventSearch ? Rules.ForgetOrder.WhyNewestFirst([.. Steps.Select(s => s.Command)], rules) : null;
    }

    private SearchPlan(SearchPlan plan, SearchPlan told)
    {
        (Pipeline, HeadLength, WhyAtClose, WhyNewestFirst, IsEventSearch) = (plan.Pipeline, plan.HeadLength, plan.WhyAtClose, plan.WhyNewestFirst, plan.IsEventSearch);
        Request = As(plan.Request, told.Request);
        Steps = [.. plan.Steps.Zip(told.Steps, (step, same) => step with { Request = As(step.Request, same.Request), Inner = [.. step.Inner.Zip(same.Inner, (p, t) => p.As(t))] })];
        headInner = [.. plan.headInner.Zip(told.headInner, (p, t) => p.As(t))];
        Inner = [.. headInner, .. Steps.SelectMany(s => s.Inner)];
    }

    public Pipeline Pipeline { get; }

    /// <summary>The events it reads; null if it reads none of its own accord.</summary>
    public SourceRequest? Request { get; }

    /// <summary>Whether it begins with <c>search</c>, so that its input is a row an event.</summary>
    public bool IsEventSearch { get; }

    /// <summary>The commands after reading: leading <c>search</c> commands are part of the request.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>How many of <see cref="Pipeline"/>'s commands are its head: evaluated on each event on its own.</summary>
    public int HeadLength { get; }

    /// <summary>Null if rows may be told before the window closes; else why they must wait.</summary>
    public string? WhyAtClose { get; }

    /// <summary>What is valid, but hardly what was meant, in words for the author.</summary>
    public IReadOnlyList<string> Remarks => [.. Planning.Remarks.On(Pipeline)];

    /// <summary>Why events must be sorted, newest first, before the commands see them; null if they may come as they are read.</summary>
    public string? WhyNewestFirst { get; }

    /// <summary>The columns of the result; null where they depend on the events.</summary>
    public IReadOnlyList<string>? OutputColumns => Planning.OutputColumns.Of(Pipeline);

    /// <summary>The columns that tell a row from the others of its window and stay as events are added; null where rows are events.</summary>
    public IReadOnlyList<string>? KeyColumns => Planning.OutputColumns.Keys(Pipeline);

    /// <summary>Plans of the pipelines that commands hold in brackets.</summary>
    public IReadOnlyList<SearchPlan> Inner { get; }

    /// <summary>Requests of this search and of the pipelines inside its commands.</summary>
    public IReadOnlyList<SourceRequest> Requests =>
    [
        .. Request is null ? [] : (SourceRequest[])[Request],
        .. Steps.Skip(IsEventSearch ? 0 : 1).Select(s => s.Request).OfType<SourceRequest>(),
        .. Inner.SelectMany(p => p.Requests),
    ];

    /// <summary>
    /// A mistake for each lookup that the search or a pipeline inside it uses and that is not there, has not the columns that are asked for, or cannot be
    /// asked in that way.
    /// </summary>
    public IEnumerable<Diagnostic> MissingLookups(ILookups lookups)
    {
        foreach (var use in Pipeline.Commands.OfType<IUsesLookup>().Where(u => !u.CreatesLookup))
        {
            var definition = lookups.Find(use.Lookup.Name);
            if ((definition is null ? Lookup.Missing(use.Lookup, lookups) : (use as Lookup)?.MissingColumn(definition, lookups.Read(definition))) is { } mistake)
            {
                yield return mistake;
            }
        }

        foreach (var reference in Pipeline.Commands.OfType<IHasExpressions>().SelectMany(c => c.NamedLookups))
        {
            if ((lookups.Find(reference.Name) is { } definition ? Functions.LookupFunction.ByTime(reference, definition) : Lookup.Missing(reference, lookups)) is { } mistake)
            {
                yield return mistake;
            }
        }

        foreach (var missing in Inner.SelectMany(p => p.MissingLookups(lookups)))
        {
            yield return missing;
        }
    }

    /// <summary>Runs the search. Rows come as they are read; columns are complete when the rows have been read.</summary>
    public RowStream Run(SearchContext context)
    {
        if (!IsEventSearch)
        {
            return Run(context, new RowStream(new ColumnSet(false, []), []));
        }

        var request = Subsearch.Resolve(Request!, headInner, context);
        var rows = WhyNewestFirst is null ? EventRows.Read(request, context) : EventRows.ReadNewestFirst(request, context);
        return Run(context, new RowStream(new ColumnSet(true, []), rows));
    }

    /// <summary>This plan, with its requests known as those of a plan of the same form that was told of.</summary>
    internal SearchPlan As(SearchPlan told) => new(this, told);

    private static SourceRequest? As(SourceRequest? request, SourceRequest? told) => request is null ? null : request with { PlannedAs = told };

    /// <summary>Runs the commands, but for the first that were run elsewhere, on rows that are there.</summary>
    internal RowStream Run(SearchContext context, RowStream stream, int done = 0)
    {
        foreach (var step in Steps.Skip(done))
        {
            var input = stream;
            stream = GuardedRows.Run(() => step.Command.Bind(new BindContext(context, step.Output) { Inner = step.Inner, Planned = step.Request }).Run(input));
            stream = context.AfterStep?.Invoke(step, stream) ?? stream;
        }

        var formats = Fieldformat.At(Steps.Select(s => s.Command));
        stream = formats.Count > 0 ? Fieldformat.Apply(formats, stream, context) : stream;
        return stream with { Rows = GuardedRows.Of(stream.Rows) };
    }
}
