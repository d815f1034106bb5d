using System.Collections.Frozen;
using Saker.Spl.Commands;

namespace Saker.Risk;

/// <summary>Indexes that only Saker fills: risk events, findings, its ledger. What a sender put there would be taken for its word.</summary>
internal static class OwnIndexes
{
    /// <summary>Searches do not tell cases apart, nor does this.</summary>
    public static FrozenSet<string> Names { get; } = ((string[])[RiskIndex.Name, RiskIndex.Notable, SakerWindows.Index]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
