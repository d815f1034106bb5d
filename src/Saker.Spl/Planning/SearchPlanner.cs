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
    public static SearchPlan Plan(Pipeline pipeline, FieldNeed output)
    {
        var commands = pipeline.Commands;
        var steps = new PlanStep[commands.Count];
        for (var i = commands.Count - 1; i >= 0; i--)
        {
            steps[i] = new PlanStep(commands[i], output);
            output = commands[i].Needs(output);
        }

        var filters = commands.TakeWhile(c => c is IFilters).Cast<IFilters>().ToList();
        var headLength = commands.TakeWhile(c => c is IRowWise).Count();
        var request = filters.Count > 0 && commands[0] is Search
            ? Merge(filters, output)
            : commands is [IGenerates generator, ..] ? generator.Request(steps[0].Output) : null;
        var skipped = request is { IsMetrics: false } ? filters.Count : 0;
        return new SearchPlan(pipeline, request, steps[skipped..], headLength, EarlyEvaluation.WhyNot(pipeline));
    }

    /// <summary>Leading searches are one: events that do not pass the second need not become rows either.</summary>
    private static SourceRequest Merge(List<IFilters> filters, FieldNeed fields)
    {
        var whole = filters.Select(f => f.Expression).Aggregate((a, b) => a.And(b));
        return new SourceRequest(whole, fields, IsMetrics: false) { Times = [.. whole.Conjuncts().OfType<SearchTime>()] };
    }
}
