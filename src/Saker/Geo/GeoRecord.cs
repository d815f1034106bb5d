using System.Globalization;

namespace Saker.Geo;

/// <summary>
/// Reads a record as a <see cref="GeoPlace"/>, whoever made the database.
/// MaxMind's and DB-IP's own: <c>{"city":{"names":{"en":"London"}},"country":{"iso_code":"GB","names":{…}},"location":{"latitude":51.5,…},…}</c>;
/// ip-location-db's: <c>{"city":"London","country_code":"GB","state1":"England","latitude":51.5,"longitude":-0.09,"timezone":""}</c>;
/// IPinfo's: the same with <c>country</c>, <c>region</c> and numbers as text.
/// </summary>
internal static class GeoRecord
{
    public static GeoPlace Read(MmdbSection section, int offset)
    {
        var record = section.ValueAt(offset);
        var code = FirstText(section, record, "country_code"u8, "country"u8);
        var country = Name(section, record, "country"u8);
        if (country.Length == 0 || country == code)
        {
            code = code.Length > 0 ? code : IsoCode(section, record);
            country = FirstText(section, record, "country_name"u8, default) is { Length: > 0 } name ? name : Countries.Name(code);
        }

        var continent = FirstText(section, record, "continent_name"u8, default) is { Length: > 0 } full ? full : Name(section, record, "continent"u8);
        if (continent.Length <= 2)
        {
            continent = continent.Length == 2 ? Countries.ContinentName(continent) : Countries.Continent(code.Length > 0 ? code : IsoCode(section, record));
        }

        var location = section.TryFind(record, "location"u8, out var nested) && nested.Type == MmdbType.Map ? nested : record;
        return new GeoPlace(
            Name(section, record, "city"u8),
            country,
            Region(section, record),
            Degrees(section, location, "latitude"u8, "lat"u8),
            Degrees(section, location, "longitude"u8, "lng"u8),
            continent,
            MetroCode(section, location),
            FirstText(section, location, "time_zone"u8, "timezone"u8));
    }

    private static string Region(MmdbSection section, MmdbControl record)
    {
        if (section.TryFind(record, "subdivisions"u8, out var subdivisions) && section.TryFirst(subdivisions, out var first))
        {
            return EnglishName(section, first);
        }

        return FirstText(section, record, "state1"u8, "region"u8);
    }

    /// <summary>A field that is text, or a map with <c>names.en</c>.</summary>
    private static string Name(MmdbSection section, MmdbControl record, ReadOnlySpan<byte> key) =>
        !section.TryFind(record, key, out var value) ? ""
        : value.Type == MmdbType.Text ? section.Text(value)
        : EnglishName(section, value);

    private static string EnglishName(MmdbSection section, MmdbControl place) =>
        section.TryFind(place, "names"u8, out var names) ? FirstText(section, names, "en"u8, default) : "";

    private static string IsoCode(MmdbSection section, MmdbControl record) =>
        section.TryFind(record, "country"u8, out var country) ? FirstText(section, country, "iso_code"u8, default) : "";

    private static string FirstText(MmdbSection section, MmdbControl map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> otherKey)
    {
        if (section.TryFind(map, key, out var value) && value is { Type: MmdbType.Text, Size: > 0 })
        {
            return section.Text(value);
        }

        return otherKey.Length > 0 ? FirstText(section, map, otherKey, default) : "";
    }

    private static double? Degrees(MmdbSection section, MmdbControl map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> otherKey)
    {
        if (!section.TryFind(map, key, out var value) && !section.TryFind(map, otherKey, out value))
        {
            return null;
        }

        var text = value.Type switch
        {
            // The shortest text of the float: 37.422, not 37.42200088500977.
            MmdbType.Float => section.Float(value).ToString("R", CultureInfo.InvariantCulture),
            MmdbType.Double => section.Double(value).ToString("R", CultureInfo.InvariantCulture),
            MmdbType.Text => section.Text(value),
            _ => "",
        };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && double.IsFinite(degrees) ? degrees : null;
    }

    private static string MetroCode(MmdbSection section, MmdbControl location)
    {
        if (!section.TryFind(location, "metro_code"u8, out var value))
        {
            return "";
        }

        return value.Type switch
        {
            MmdbType.UInt16 => section.Unsigned(value, 2).ToString(CultureInfo.InvariantCulture),
            MmdbType.UInt32 => section.Unsigned(value, 4).ToString(CultureInfo.InvariantCulture),
            MmdbType.Text => section.Text(value),
            _ => "",
        };
    }
}
