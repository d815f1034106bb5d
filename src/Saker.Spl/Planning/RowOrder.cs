using Saker.Spl.Commands;

namespace Saker.Spl.Planning;

/// <summary>Decides whether a search must see its events newest first, as Splunk gives them, or may take them as they are read.</summary>
internal static class RowOrder
{
    /// <summary>Null if no command lets the order of events show; else what does, for people.</summary>
    public static string? WhyNewestFirst(IReadOnlyList<ICommand> commands)
    {
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
