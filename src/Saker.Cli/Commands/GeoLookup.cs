using System.Net;
using Saker.Geo;
using Saker.Spl.Execution;

namespace Saker.Cli.Commands;

/// <summary>The databases given with <c>--geo</c>: the first that knows an address answers.</summary>
internal sealed class GeoLookup : IDisposable
{
    private readonly List<GeoDatabase> databases = [];

    /// <summary>Null where no database was given.</summary>
    public Func<IPAddress, IpPlace?>? Find => databases.Count == 0 ? null : FindPlace;

    public static GeoLookup Open(IEnumerable<string> paths)
    {
        var lookup = new GeoLookup();
        foreach (var path in paths)
        {
            try
            {
                lookup.databases.Add(GeoDatabase.Open(path));
            }
            catch (Exception failure) when (failure is GeoDatabaseException or IOException or UnauthorizedAccessException)
            {
                lookup.Dispose();
                throw new UsageException($"--geo {failure.Message}");
            }
        }

        return lookup;
    }

    public void Dispose() => databases.ForEach(d => d.Dispose());

    private IpPlace? FindPlace(IPAddress address)
    {
        foreach (var database in databases)
        {
            if (database.TryFind(address, out var place))
            {
                return new IpPlace(place.City, place.Country, place.Region, place.Latitude, place.Longitude)
                {
                    Continent = place.Continent,
                    MetroCode = place.MetroCode,
                    Timezone = place.Timezone,
                };
            }
        }

        return null;
    }
}
