using System.Globalization;
using System.Reflection;

namespace Saker.Stores.ClickHouse.Schema;

/// <summary>A numbered script of the schema: <c>0001_events.sql</c>. A script that was released is never changed; what comes after it is another.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">What comes after the number: <c>events</c>.</param>
/// <param name="Statements">Each can be run again without harm.</param>
internal sealed record SchemaScript(int Version, string Name, IReadOnlyList<string> Statements)
{
    private const string Prefix = "schema/";

    /// <summary>The scripts that this program carries, by number.</summary>
    public static IReadOnlyList<SchemaScript> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    private static SchemaScript Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        var lines = reader.ReadToEnd().Split('\n').Where(l => !l.StartsWith("--", StringComparison.Ordinal));
        var name = Path.GetFileNameWithoutExtension(resource[Prefix.Length..]);
        return new SchemaScript(
            int.Parse(name[..4], CultureInfo.InvariantCulture), name[5..], [.. string.Join('\n', lines).Split(';').Select(s => s.Trim()).Where(s => s.Length > 0)]);
    }
}
