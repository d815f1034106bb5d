using Saker.Spl.Commands;

namespace Saker.Spl.Planning.Rules;

/// <summary>
/// Leading searches are one: <c>verb=create | search objectRef.resource=pods</c> asks its source for both, so that events which do not pass the
/// second need not become rows.
/// </summary>
internal static class MergeSearches
{
    /// <summary>How many of the leading commands the request answers.</summary>
    public static int Count(IReadOnlyList<ICommand> commands, PlanRules rules) =>
        commands[0] is not Search ? 0 : rules.HasFlag(PlanRules.MergeSearches) ? commands.TakeWhile(c => c is IFilters).Count() : 1;
}
