using Saker.Content;
using Saker.Content.Yaml;
using Saker.Spl.Text;

namespace Saker.Notify;

/// <summary>The outputs and routes of a <c>saker.yaml</c>, whatever else stands in it.</summary>
internal static class NotifyFile
{
    /// <summary>The settings, or null and the mistakes, an unknown key included.</summary>
    public static (NotifySettings? Settings, IReadOnlyList<Diagnostic> Mistakes) Read(string name, string text, string directory)
    {
        var found = new List<Diagnostic>();
        var file = new SourceText(name, text);
        var isEmpty = text.Split('\n').All(line => line.TrimStart() is "" or ['#', ..] or ['\r', ..] or "---");
        var map = isEmpty ? new YamlMap([], default) : YamlDocument.Read(file, found);
        var settings = map is null ? null : new NotifySettingsReader(file, found, directory).Read(new MappingReader(map, file, found));
        List<Diagnostic> mistakes = [.. found.Select(m => m.Code is "CNT0106" or "CNT0103" ? m with { Severity = Severity.Error } : m)];
        return (mistakes.Exists(m => m.Severity == Severity.Error) ? null : settings, mistakes);
    }
}
