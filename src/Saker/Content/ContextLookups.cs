using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>
/// The lookups that tell who owns what a risk event is about and how critical that is, under the names that Splunk's asset and identity framework gives them, and the one that holds risk factors. None has to be
/// there.
/// </summary>
internal static class ContextLookups
{
    /// <summary>A row a user or service account, by its column <c>identity</c>.</summary>
    public const string Identities = "identity_lookup_expanded";

    /// <summary>A row a host, node, pod, image or whatever else, by its column <c>asset</c>.</summary>
    public const string Assets = "asset_lookup_by_str";

    /// <summary>A row a network, by its column <c>asset</c>; asked where no asset has the address itself.</summary>
    public const string Networks = "asset_lookup_by_cidr";

    /// <summary>A row a namespace, by its columns <c>namespace</c> and, where it has one, <c>cluster</c>.</summary>
    public const string Namespaces = "namespace_lookup";

    public const string RiskFactors = "risk_factors";

    /// <summary>The column that names what a row is about; null where a lookup is none of these.</summary>
    public static string? KeyOf(string lookup) => lookup switch
    {
        Identities => "identity",
        Assets or Networks => "asset",
        Namespaces => "namespace",
        _ => null,
    };

    /// <summary>What is wrong with a table of one of these names; empty for all others.</summary>
    public static IEnumerable<TableMistake> Mistakes(string lookup, LookupTable table) =>
        lookup == RiskFactors ? RiskFactor.Read(table).Mistakes
        : KeyOf(lookup) is { } key && table.Columns.Count > 0 && table.Column(key) < 0 ? [new TableMistake(-1, "", $"the lookup `{lookup}` has no column `{key}`")]
        : [];
}

/// <param name="Row">The number of the row, from 0; -1 for the table as a whole.</param>
/// <param name="Cell">The text that is wrong.</param>
/// <param name="Message">Why.</param>
internal sealed record TableMistake(int Row, string Cell, string Message)
{
    /// <summary>Where that is in the file that the table was read from.</summary>
    public SourceSpan PlaceIn(SourceText file)
    {
        var at = 0;
        for (var line = 0; line <= Row && at >= 0; line++)
        {
            at = file.Content.IndexOf('\n', at) + 1;
        }

        at = Row < 0 || Cell.Length == 0 ? -1 : file.Content.IndexOf(Cell, at, StringComparison.Ordinal);
        return at < 0 ? default : new SourceSpan(at, Cell.Length);
    }
}
