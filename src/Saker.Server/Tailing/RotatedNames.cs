namespace Saker.Server.Tailing;

/// <summary>Tells by its name which file another one may be a rotated copy of.</summary>
internal static class RotatedNames
{
    /// <summary>
    /// <c>audit.log.1</c>, <c>audit.log.2.gz</c>, <c>audit.log-20240101</c>, <c>audit-2024-01-01T00-00-00.000.log.gz</c> of <c>audit.log</c>, in the same directory; and a packed or
    /// renamed copy of such a one.
    /// </summary>
    public static bool MayBeOf(string path, string original)
    {
        if (Path.GetDirectoryName(path) != Path.GetDirectoryName(original))
        {
            return false;
        }

        var name = Unpacked(Path.GetFileName(path));
        var of = Unpacked(Path.GetFileName(original));
        return name == of || Continues(name, of) || Continues(name, Path.GetFileNameWithoutExtension(of)) || (Base(name) is { } common && common == Base(of));
    }

    private static string Unpacked(string name) => name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;

    private static bool Continues(string name, string of) =>
        of.Length > 0 && name.Length > of.Length + 1 && name.StartsWith(of, StringComparison.Ordinal) && (name[of.Length] is '.' or '-' or '_') && char.IsAsciiDigit(name[of.Length + 1]);

    /// <summary>A name up to where its number or date begins; null if it has none.</summary>
    private static string? Base(string name)
    {
        for (var i = 1; i + 1 < name.Length; i++)
        {
            if ((name[i] is '.' or '-' or '_') && char.IsAsciiDigit(name[i + 1]))
            {
                return name[..i];
            }
        }

        return null;
    }
}
