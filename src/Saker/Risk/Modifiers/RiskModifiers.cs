using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk.Modifiers;

/// <summary>
/// Tells with a risk event who owns what it is about and how critical that is, by the lookups that <see cref="ContextLookups"/> names, and changes its score by risk factors. Without those lookups it changes
/// nothing. One instance an evaluation.
/// </summary>
internal sealed class RiskModifiers
{
    private const decimal HighestScore = 1_000_000;

    private readonly EntityTable? identities;
    private readonly EntityTable? assets;
    private readonly EntityTable? networks;
    private readonly EntityTable? namespaces;
    private readonly FieldTable fields = new();
    private readonly IReadOnlyList<(RiskFactor Factor, RowPredicate Holds)> factors;
    private readonly IReadOnlyList<string> asked;
    private readonly bool wantsPlace;

    private RiskModifiers(SearchContext context, ILookups lookups)
    {
        identities = EntityTable.Open(lookups, ContextLookups.Identities, context);
        assets = EntityTable.Open(lookups, ContextLookups.Assets, context);
        networks = EntityTable.Open(lookups, ContextLookups.Networks, context);
        namespaces = EntityTable.Open(lookups, ContextLookups.Namespaces, context);
        var (read, mistakes) = lookups.Find(ContextLookups.RiskFactors) is { } definition ? RiskFactor.Read(lookups.Read(definition)) : ([], []);
        foreach (var mistake in mistakes)
        {
            context.Warn(mistake.Message);
        }

        factors = [.. read.Select(f => (f, SearchPredicate.Compile(f.Condition, fields)))];
        asked = [.. Enumerable.Range(0, fields.Count).Select(fields.Name)];
        wantsPlace = namespaces is not null || asked.Contains("cluster") || asked.Contains("namespace");
    }

    /// <summary>Null where no lookup is there that could say anything.</summary>
    /// <exception cref="Spl.Text.SplException">The rows of one cannot be read.</exception>
    public static RiskModifiers? Of(SearchContext context)
    {
        if (context.Lookups is not { } lookups)
        {
            return null;
        }

        var modifiers = new RiskModifiers(context, lookups);
        return modifiers is { identities: null, assets: null, networks: null, namespaces: null, factors.Count: 0 } ? null : modifiers;
    }

    /// <summary>The risk event with what is known of its risk object and its namespace, and with the score that the factors make of it.</summary>
    /// <param name="e">As the detection makes it.</param>
    /// <param name="read">The events behind it.</param>
    public RiskEvent Apply(RiskEvent e, Func<long, Event> read)
    {
        var place = wantsPlace ? RiskPlace.Of(e, read) : new RiskPlace("", "");
        var (key, at) = (e.RiskObject.Value, e.LastNanoseconds);
        var found = e.RiskObject.Type == "user" ? identities?.Find(key, at) : assets?.Find(key, at) is { Count: > 0 } asset ? asset : networks?.Find(key, at);
        List<KeyValuePair<string, IReadOnlyList<string>>> context =
        [
            .. found?.Select(c => KeyValuePair.Create("risk_object_" + c.Key, c.Value)) ?? [],
            .. place.Namespace.Length > 0 ? namespaces?.Find(place.Namespace, at, place.Cluster).Select(c => KeyValuePair.Create("namespace_" + c.Key, c.Value)) ?? [] : [],
        ];
        e = e with { Context = context };
        // A rule over scores must not raise what was raised already.
        if (factors.Count == 0 || e.Detection.Type == DetectionType.Correlation)
        {
            return e;
        }

        var row = new Row(asked.Count);
        for (var i = 0; i < asked.Count; i++)
        {
            row[i] = Value.OfMany([.. ValuesOf(asked[i], e, place).Select(Value.Of)]);
        }

        var holding = factors.Where(f => f.Holds(row)).Select(f => f.Factor).ToList();
        return holding.Count == 0 ? e : e with { Score = ScoreOf(e.BaseScore, holding), BaseScore = e.BaseScore, Factors = [.. holding.Select(f => f.Name)] };
    }

    /// <summary>What is added is added first, then it is multiplied; never below 0.</summary>
    private static int ScoreOf(int score, List<RiskFactor> holding)
    {
        var sum = score + holding.Where(f => !f.IsProduct).Sum(f => f.Amount);
        foreach (var factor in holding.Where(f => f.IsProduct))
        {
            sum = Math.Clamp(sum * factor.Amount, -HighestScore, HighestScore);
        }

        return (int)Math.Round(Math.Clamp(sum, 0, HighestScore), MidpointRounding.AwayFromZero);
    }

    private static IEnumerable<string> ValuesOf(string field, RiskEvent e, RiskPlace place) => field switch
    {
        "risk_object" => [e.RiskObject.Value],
        "risk_object_type" => [e.RiskObject.Type],
        "risk_object_field" => [e.RiskObject.Field],
        "risk_score" => [e.BaseScore.ToString(System.Globalization.CultureInfo.InvariantCulture)],
        "search_name" or "source" => [e.Detection.Name],
        "detection_id" => [e.Detection.Id],
        "detection_type" => [e.Detection.Type.ToString()],
        "threat_object" => e.ThreatObjects.Select(t => t.Value),
        "threat_object_type" => e.ThreatObjects.Select(t => t.Type),
        "annotations.mitre_attack" or "annotations.mitre_attack.mitre_technique_id" => e.Detection.Annotations.MitreAttackIds,
        "annotations.mitre_attack.mitre_tactic" => RiskIndex.TacticsOf(e.Detection),
        "annotations.analytic_story" => e.Detection.Annotations.AnalyticStories,
        "cluster" when place.Cluster.Length > 0 => [place.Cluster],
        "namespace" when place.Namespace.Length > 0 => [place.Namespace],
        _ => e.Context.Concat(e.Fields).FirstOrDefault(f => f.Key == field).Value ?? [],
    };
}
