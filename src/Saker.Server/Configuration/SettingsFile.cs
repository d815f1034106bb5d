using System.Security.Cryptography;
using System.Text;
using Saker.Spl.Text;

namespace Saker.Server.Configuration;

/// <summary>The configuration as it was loaded.</summary>
/// <param name="Path">Its file; null where there is none and all is default.</param>
/// <param name="Settings">What it says; null if it has mistakes.</param>
/// <param name="Mistakes">With their places.</param>
/// <param name="Hash">The first 12 hexadecimal digits of the SHA-256 of the file and the variables: what is loaded, as status and health show it.</param>
internal sealed record LoadedSettings(string? Path, ServerSettings? Settings, IReadOnlyList<Diagnostic> Mistakes, string Hash);

/// <summary>Finds and loads <c>saker.yaml</c>.</summary>
internal static class SettingsFile
{
    /// <summary>Where it is looked for if none is named: here, then <c>/etc/saker</c>.</summary>
    public static IReadOnlyList<string> UsualPlaces { get; } = ["saker.yaml", "/etc/saker/saker.yaml"];

    /// <summary>The file to load; null for none.</summary>
    public static string? Find() => UsualPlaces.FirstOrDefault(File.Exists) is { } found ? System.IO.Path.GetFullPath(found) : null;

    /// <summary>Loads a file, or the defaults. Throws IOException or UnauthorizedAccessException if it cannot be read.</summary>
    public static LoadedSettings Load(string? path, IReadOnlyDictionary<string, string> environment)
    {
        var text = path is null ? "" : File.ReadAllText(path);
        var directory = path is null ? Environment.CurrentDirectory : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var (settings, mistakes) = SettingsReader.Read(path ?? "(no configuration file)", text, directory, environment);
        return new LoadedSettings(path, settings, mistakes, HashOf(text, environment));
    }

    private static string HashOf(string text, IReadOnlyDictionary<string, string> environment)
    {
        var all = new StringBuilder(text);
        foreach (var (name, value) in environment.Where(v => v.Key.StartsWith("SAKER__", StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            all.Append('\n').Append(name).Append('=').Append(value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..12];
    }
}
