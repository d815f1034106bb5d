using System.Text;
using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>Tells people what a plan does.</summary>
public static class Explain
{
    /// <summary>The plan as lines of text.</summary>
    public static string Print(SearchPlan plan)
    {
        var text = new StringBuilder();
        text.Append($"canonical  {plan.Pipeline}\n");
        AppendStages(text, plan);
        if (plan.Request is { } request)
        {
            text.Append($"reads      {(request.IsMetrics ? "metrics " + string.Join(", ", request.Metrics.Select(m => m.Text)) : "events")}\n");
            text.Append($"where      {request.Predicate}\n");
            text.Append($"fields     {request.Fields}\n");
            AppendTimes(text, request);
            AppendOrder(text, plan);
            text.Append($"prunes     {Prunable(request)}\n");
        }
        else
        {
            text.Append("reads      nothing\n");
        }

        AppendFills(text, plan);
        text.Append(plan.WhyAtClose is null
            ? "tells      early: a row, once there, stays\n"
            : $"tells      when the window closes: {plan.WhyAtClose}\n");
        foreach (var remark in plan.Remarks)
        {
            text.Append($"note       {remark}\n");
        }

        foreach (var inner in plan.Inner)
        {
            text.Append("subsearch\n  ").Append(Print(inner).Replace("\n", "\n  ", StringComparison.Ordinal)).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void AppendStages(StringBuilder text, SearchPlan plan)
    {
        for (var i = 0; i < plan.Pipeline.Commands.Count; i++)
        {
            text.Append($"{(i == 0 ? "stages    " : "          ")} {i + 1}. {(i < plan.HeadLength ? "each event" : "all rows  ")}  {plan.Pipeline.Commands[i]}\n");
        }
    }

    private static void AppendTimes(StringBuilder text, SourceRequest request)
    {
        if (request.Times.Count > 0)
        {
            text.Append($"time       {string.Join(", ", request.Times)} (in place of the window's)\n");
        }
    }

    private static void AppendOrder(StringBuilder text, SearchPlan plan)
    {
        if (plan.IsEventSearch)
        {
            text.Append(plan.WhyNewestFirst is { } reason ? $"order      newest first: {reason}\n" : "order      as read: nothing shows the order\n");
        }
    }

    private static void AppendFills(StringBuilder text, SearchPlan plan)
    {
        foreach (var step in plan.Steps)
        {
            if (step.Command is Fillnull { IsBare: true })
            {
                text.Append(step.Output.IsAll
                    ? "fills      every field seen in any event of the set\n"
                    : $"fills      {step.Output} (also where no event of the set has them; Splunk would drop such rows at `stats … by`)\n");
            }
        }
    }

    /// <summary>The parts of the predicate that a store with these columns can answer without reading the event.</summary>
    private static string Prunable(SourceRequest request)
    {
        var parts = request.Predicate.Conjuncts().Where(IsPrunable).Select(p => p.ToString()).ToList();
        return parts.Count > 0 ? string.Join(" ", parts) : "nothing but time";
    }

    private static bool IsPrunable(SearchExpression part) => part switch
    {
        SearchComparison { Operator: ComparisonOperator.Equal } comparison => PromotedFields.Contains(comparison.Field) && !comparison.Value.Contains('*'),
        SearchIn membership => PromotedFields.Contains(membership.Field) && !membership.Values.Any(v => v.Contains('*')),
        SearchOr or => or.Parts.All(IsPrunable),
        _ => false,
    };
}
