using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Planning;

/// <summary>A command with what the commands after it read of its output, and the plans of its own pipelines.</summary>
public sealed record PlanStep(ICommand Command, FieldNeed Output)
{
    public IReadOnlyList<SearchPlan> Inner { get; init; } = [];
}

/// <summary>A search made ready to run, any number of times.</summary>
public sealed class SearchPlan
{
    private readonly IReadOnlyList<SearchPlan> headInner;

    internal SearchPlan(Pipeline pipeline, SourceRequest? request, IReadOnlyList<PlanStep> steps, int headLength, string? closeReason)
    {
        Pipeline = pipeline;
        Request = request;
        HeadLength = headLength;
        WhyAtClose = closeReason;
        var skipped = request is not null && pipeline.Commands is [Search, ..] ? pipeline.Commands.TakeWhile(c => c is IFilters).Count() : 0;
        IsEventSearch = skipped > 0;
        Steps = [.. steps.Skip(skipped)];
        headInner = [.. steps.Take(skipped).SelectMany(s => s.Inner)];
        Inner = [.. steps.SelectMany(s => s.Inner)];
        WhyNewestFirst = IsEventSearch ? RowOrder.WhyNewestFirst([.. Steps.Select(s => s.Command)]) : null;
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

    /// <summary>Why events must be sorted, newest first, before the commands see them; null if they may come as they are read.</summary>
    public string? WhyNewestFirst { get; }

    /// <summary>Plans of the pipelines that commands hold in brackets.</summary>
    public IReadOnlyList<SearchPlan> Inner { get; }

    /// <summary>Requests of this search and of the pipelines inside its commands.</summary>
    public IReadOnlyList<SourceRequest> Requests =>
    [
        .. Request is null ? [] : (SourceRequest[])[Request],
        .. Steps.Skip(IsEventSearch ? 0 : 1).Select(s => (s.Command as IGenerates)?.Request(s.Output)).OfType<SourceRequest>(),
        .. Inner.SelectMany(p => p.Requests),
    ];

    /// <summary>A mistake for each lookup that the search or a pipeline inside it uses and that is not there.</summary>
    public IEnumerable<Diagnostic> MissingLookups(ILookups lookups)
    {
        foreach (var use in Pipeline.Commands.OfType<IUsesLookup>().Where(u => !u.CreatesLookup && lookups.Find(u.Lookup.Name) is null))
        {
            yield return Lookup.Missing(use.Lookup, lookups);
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

    /// <summary>Runs the commands on rows that are there.</summary>
    internal RowStream Run(SearchContext context, RowStream stream)
    {
        foreach (var step in Steps)
        {
            stream = step.Command.Bind(new BindContext(context, step.Output) { Inner = step.Inner }).Run(stream);
        }

        return stream;
    }
}
