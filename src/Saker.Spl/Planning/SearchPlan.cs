using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>A command with what the commands after it read of its output.</summary>
public sealed record PlanStep(ICommand Command, FieldNeed Output);

/// <summary>A search made ready to run, any number of times.</summary>
public sealed class SearchPlan
{
    internal SearchPlan(Pipeline pipeline, SourceRequest? request, IReadOnlyList<PlanStep> steps, int headLength, string? closeReason)
    {
        Pipeline = pipeline;
        Request = request;
        Steps = steps;
        HeadLength = headLength;
        WhyAtClose = closeReason;
    }

    public Pipeline Pipeline { get; }

    /// <summary>The events it reads; null if it reads none of its own accord.</summary>
    public SourceRequest? Request { get; }

    /// <summary>The commands after reading: leading <c>search</c> commands are part of the request.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>How many of <see cref="Pipeline"/>'s commands are its head: evaluated on each event on its own.</summary>
    public int HeadLength { get; }

    /// <summary>Null if rows may be told before the window closes; else why they must wait.</summary>
    public string? WhyAtClose { get; }

    /// <summary>The columns of the result; null where they depend on the events.</summary>
    public IReadOnlyList<string>? OutputColumns => Planning.OutputColumns.Of(Pipeline);

    /// <summary>The columns that tell a row from the others of its window and stay as events are added; null where rows are events.</summary>
    public IReadOnlyList<string>? KeyColumns => Planning.OutputColumns.Keys(Pipeline);

    /// <summary>Requests of this search and of the pipelines inside its commands.</summary>
    public IReadOnlyList<SourceRequest> Requests => [.. (Request is null ? [] : (SourceRequest[])[Request]).Concat(Inner.SelectMany(p => p.Requests))];

    /// <summary>Plans of the pipelines that commands hold in brackets.</summary>
    public IReadOnlyList<SearchPlan> Inner => [.. Pipeline.Commands.OfType<IHoldsPipelines>().SelectMany(c => c.Pipelines).Select(SearchPlanner.Plan)];

    /// <summary>Runs the search. Rows come as they are read; columns are complete when the rows have been read.</summary>
    public RowStream Run(SearchContext context)
    {
        var stream = Request is { IsMetrics: false }
            ? new RowStream(new ColumnSet(true, []), EventRows.Read(Request, context))
            : new RowStream(new ColumnSet(false, []), []);
        foreach (var step in Steps)
        {
            stream = step.Command.Bind(new BindContext(context, step.Output)).Run(stream);
            stream = context.AfterStep?.Invoke(step, stream) ?? stream;
        }

        return stream;
    }
}
