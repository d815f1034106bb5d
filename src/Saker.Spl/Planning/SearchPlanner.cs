using Saker.Spl.Commands;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Planning;

/// <summary>Finds out what a search needs: its events, their fields, its head, and whether its rows may be told early.</summary>
public static class SearchPlanner
{
    /// <summary>Expands macros, parses and plans.</summary>
    /// <exception cref="SplException">With every mistake found.</exception>
    public static SearchPlan Plan(SourceText search, MacroTable macros) => Plan(PipelineParser.Parse(search, macros));

    public static SearchPlan Plan(Pipeline pipeline) => Plan(pipeline, FieldNeed.All);

    /// <summary>Plans for a reader that wants only some columns of the result.</summary>
    public static SearchPlan Plan(Pipeline pipeline, FieldNeed output) => Plan(pipeline, output, isFed: false);

    /// <summary>The fields that a pipeline reads of rows that come from outside, so that its own output has those asked for.</summary>
    internal static FieldNeed InputNeed(Pipeline pipeline, FieldNeed output) => pipeline.Commands.Reverse().Aggregate(output, (need, command) => command.Needs(need));

    /// <summary>Plans a pipeline whose rows come from outside.</summary>
    internal static SearchPlan PlanFed(Pipeline pipeline, FieldNeed output) => Plan(pipeline, output, isFed: true);

    private static SearchPlan Plan(Pipeline pipeline, FieldNeed output, bool isFed)
    {
        var commands = pipeline.Commands;
        var steps = new PlanStep[commands.Count];
        for (var i = commands.Count - 1; i >= 0; i--)
        {
            steps[i] = new PlanStep(commands[i], output) { Inner = PlanInner(commands[i], output), Request = (commands[i] as IGenerates)?.Request(output) };
            output = commands[i].Needs(output);
        }

        var headLength = commands.TakeWhile(c => c is IRowWise).Count();
        return new SearchPlan(pipeline, isFed ? null : Request(commands, steps, output), steps, headLength, EarlyEvaluation.WhyNot(pipeline));
    }

    private static IReadOnlyList<SearchPlan> PlanInner(ICommand command, FieldNeed output) =>
        command is IHoldsPipelines holder ? [.. holder.Pipelines.Select(p => Plan(p, holder.NeedsOfPipelines(output), holder.FeedsPipelines))] : [];

    private static SourceRequest? Request(IReadOnlyList<ICommand> commands, PlanStep[] steps, FieldNeed output)
    {
        var filters = commands.TakeWhile(c => c is IFilters).Cast<IFilters>().ToList();
        return commands[0] is Search ? Merge(filters, output) : steps[0].Request;
    }

    /// <summary>Leading searches are one: events that do not pass the second need not become rows either.</summary>
    private static SourceRequest Merge(List<IFilters> filters, FieldNeed fields)
    {
        var whole = filters.Select(f => f.Expression).Aggregate((a, b) => a.And(b));
        return new SourceRequest(whole, fields, IsMetrics: false) { Times = [.. whole.Conjuncts().OfType<SearchTime>()] };
    }
}
