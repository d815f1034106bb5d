using Saker.Spl.Commands;

namespace Saker.Spl.Planning.Rules;

/// <summary>
/// A search whose result does not show the order of its events takes them as they are read, and does not sort them newest first, as Splunk
/// gives them.
/// </summary>
internal static class ForgetOrder
{
    /// <summary>Null if no command lets the order of events show; else what does, for people.</summary>
    public static string? WhyNewestFirst(IReadOnlyList<ICommand> commands, PlanRules rules)
    {
        if (!rules.HasFlag(PlanRules.ForgetOrder))
        {
            return "the rule that forgets order is off";
        }

        foreach (var command in commands)
        {
            if (command is IForgetsOrder forgets)
            {
                return forgets.WhyOrdered is { } reason ? $"`{command.Spec.Name}`: {reason}" : null;
            }

            if (command is not IRowWise)
            {
                return $"`{command.Spec.Name}` takes rows in their order";
            }
        }

        return "the events themselves are the result";
    }
}
