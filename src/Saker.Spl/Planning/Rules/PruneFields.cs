namespace Saker.Spl.Planning.Rules;

/// <summary>Asks the source only for the fields that the search reads: the others are not taken out of the events' bytes.</summary>
internal static class PruneFields
{
    public static FieldNeed Of(FieldNeed read, PlanRules rules) => rules.HasFlag(PlanRules.PruneFields) ? read : FieldNeed.All;
}
