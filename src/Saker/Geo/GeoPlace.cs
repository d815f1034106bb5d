namespace Saker.Geo;

/// <summary>
/// Where an address is, in the words of Splunk's <c>iplocation</c>. What the database does not tell is empty text or null.
/// </summary>
/// <param name="City">English name, <c>Nuremberg</c>.</param>
/// <param name="Country">English short name, <c>Germany</c>.</param>
/// <param name="Region">First subdivision, <c>Bavaria</c>.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Continent">English name, <c>Europe</c>.</param>
/// <param name="MetroCode">US metro code, <c>807</c>.</param>
/// <param name="Timezone">IANA name, <c>Europe/Berlin</c>.</param>
public readonly record struct GeoPlace(
    string City,
    string Country,
    string Region,
    double? Latitude,
    double? Longitude,
    string Continent,
    string MetroCode,
    string Timezone)
{
    /// <summary>No place: every text empty. What <c>iplocation</c> gives for an address that no database knows.</summary>
    public static GeoPlace Nowhere { get; } = new("", "", "", null, null, "", "", "");
}
