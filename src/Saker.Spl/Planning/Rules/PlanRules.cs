namespace Saker.Spl.Planning;

/// <summary>
/// What the planner does to make a search cheaper. None changes the result: tests run every search with all of them and with none.
/// One file a rule.
/// </summary>
[Flags]
public enum PlanRules
{
    None = 0,

    /// <summary><see cref="Rules.MergeSearches"/>.</summary>
    MergeSearches = 1,

    /// <summary><see cref="Rules.PushWhere"/>.</summary>
    PushWhere = 2,

    /// <summary><see cref="Rules.PruneFields"/>.</summary>
    PruneFields = 4,

    /// <summary><see cref="Rules.ForgetOrder"/>.</summary>
    ForgetOrder = 8,

    All = MergeSearches | PushWhere | PruneFields | ForgetOrder,
}
