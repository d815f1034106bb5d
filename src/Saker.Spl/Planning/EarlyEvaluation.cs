using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>
/// Decides whether a window's rows may be told before it closes: only if a row, once there, is there whatever events still come.
/// </summary>
internal static class EarlyEvaluation
{
    /// <summary>Null if so, else why not, for people.</summary>
    public static string? WhyNot(Pipeline pipeline)
    {
        if (pipeline.Commands is not [Search or IGenerates, ..] || pipeline.Commands[0] is Makeresults or Gentimes)
        {
            return "it yields rows without events";
        }

        var state = new GrowthState();
        foreach (var command in pipeline.Commands)
        {
            var reason = command is IGrowsOnly grows ? grows.WhyNot(state) : "its rows can change as events are added";
            if (reason is not null)
            {
                return $"`{command.Spec.Name}`: {reason}";
            }
        }

        return null;
    }
}
