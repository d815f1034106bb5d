namespace Saker.Content;

/// <summary>How a detection's rows become risk events.</summary>
/// <param name="Message">With <c>$field$</c> places; field names may hold dots (<c>$objectRef.name$</c>).</param>
/// <param name="RiskObjects">Each gives a row one risk event.</param>
/// <param name="ThreatObjects">Go along with every risk event.</param>
public sealed record RiskSpec(string Message, IReadOnlyList<RiskObjectSpec> RiskObjects, IReadOnlyList<ThreatObjectSpec> ThreatObjects);

/// <param name="Field">The row's field that holds the object.</param>
/// <param name="Type">user, system or other.</param>
/// <param name="Score">1 to 100.</param>
/// <param name="Message">The object's own message; the detection's where it has none.</param>
public sealed record RiskObjectSpec(string Field, string Type, int Score, string Message);

/// <param name="Field">The row's field that holds the object.</param>
/// <param name="Type">ip_address, process_name, url, ….</param>
public sealed record ThreatObjectSpec(string Field, string Type);
