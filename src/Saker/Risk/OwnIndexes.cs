using System.Collections.Frozen;
using Saker.Spl.Commands;

namespace Saker.Risk;

/// <summary>Indexes that only Saker fills: risk events, findings, its ledger. What a sender put there would be taken for its word.</summary>
internal static class OwnIndexes
{
    /// <summary>Those that a token may be granted by name, for another Saker that tells this one what it found. The ledger is nobody's else.</summary>
    public static IReadOnlyList<string> Grantable { get; } = [RiskIndex.Name, RiskIndex.Notable];

    /// <summary>Searches do not tell cases apart, nor does this.</summary>
    public static FrozenSet<string> Names { get; } = ((string[])[RiskIndex.Name, RiskIndex.Notable, SakerWindows.Index, Content.Canary.Index]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
