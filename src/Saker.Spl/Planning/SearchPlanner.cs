using Saker.Spl.Commands;
using Saker.Spl.Planning.Rules;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Planning;

/// <summary>Finds out what a search needs: its events, their fields, its head, and whether its rows may be told early.</summary>
public static class SearchPlanner
{
    /// <summary>Expands macros, parses and plans.</summary>
    /// <exception cref="SplException">With every mistake found.</exception>
    public static SearchPlan Plan(SourceText search, MacroTable macros) => Plan(PipelineParser.Parse(search, macros));

    /// <summary>The same with only some of the rules.</summary>
    /// <exception cref="SplException">With every mistake found.</exception>
    public static SearchPlan Plan(SourceText search, MacroTable macros, PlanRules rules) => Plan(PipelineParser.Parse(search, macros), FieldNeed.All, rules);

    public static SearchPlan Plan(Pipeline pipeline) => Plan(pipeline, FieldNeed.All);

    /// <summary>Plans for a reader that wants only some columns of the result.</summary>
    public static SearchPlan Plan(Pipeline pipeline, FieldNeed output) => Plan(pipeline, output, PlanRules.All);

    /// <summary>Plans with only some of the rules: to tell what each command does of its own, and to prove that rules change no result.</summary>
    public static SearchPlan Plan(Pipeline pipeline, FieldNeed output, PlanRules rules) => new Planning(rules).Plan(pipeline, output, isFed: false);

    /// <summary>The fields that a pipeline reads of rows that come from outside, so that its own output has those asked for.</summary>
    internal static FieldNeed InputNeed(Pipeline pipeline, FieldNeed output) => pipeline.Commands.Reverse().Aggregate(output, (need, command) => command.Needs(need));

    /// <summary>Plans a pipeline whose rows come from outside.</summary>
    internal static SearchPlan PlanFed(Pipeline pipeline, FieldNeed output) => new Planning(PlanRules.All).Plan(pipeline, output, isFed: true);

    private sealed class Planning(PlanRules rules)
    {
        public SearchPlan Plan(Pipeline pipeline, FieldNeed output, bool isFed)
        {
            pipeline = isFed ? pipeline : DateFields.Computed(pipeline);
            var commands = pipeline.Commands;
            var steps = new PlanStep[commands.Count];
            for (var i = commands.Count - 1; i >= 0; i--)
            {
                steps[i] = new PlanStep(commands[i], output) { Inner = Inner(commands[i], output), Request = Pruned((commands[i] as IGenerates)?.Request(output)) };
                output = commands[i].Needs(output);
            }

            var headLength = commands.TakeWhile(c => c is IRowWise).Count();
            return new SearchPlan(pipeline, isFed ? null : Request(commands, steps, output), steps, headLength, EarlyEvaluation.WhyNot(pipeline), rules);
        }

        private IReadOnlyList<SearchPlan> Inner(ICommand command, FieldNeed output) =>
            command is IHoldsPipelines holder ? [.. holder.Pipelines.Select(p => Plan(p, holder.NeedsOfPipelines(output), holder.FeedsPipelines))] : [];

        private SourceRequest? Request(IReadOnlyList<ICommand> commands, PlanStep[] steps, FieldNeed output)
        {
            var merged = MergeSearches.Count(commands, rules);
            if (merged == 0)
            {
                return steps[0].Request;
            }

            var predicate = commands.Take(merged).Cast<IFilters>().Select(f => f.Expression).Aggregate((a, b) => a.And(b));
            // A time in any leading search bounds what is read, whichever of them the request answers.
            var times = commands.TakeWhile(c => c is IFilters).Cast<IFilters>().SelectMany(f => f.Expression.Conjuncts().OfType<SearchTime>());
            return Pruned(new SourceRequest(PushWhere.Into(predicate, commands.Skip(merged), rules), output, IsMetrics: false) { Times = [.. times] });
        }

        private SourceRequest? Pruned(SourceRequest? request) => request is null ? null : request with { Fields = PruneFields.Of(request.Fields, rules) };
    }
}
