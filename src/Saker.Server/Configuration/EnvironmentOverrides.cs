using Saker.Content;
using Saker.Content.Yaml;
using Saker.Spl.Text;
using YamlDotNet.Core;

namespace Saker.Server.Configuration;

/// <summary>
/// Variables that override single settings: <c>SAKER__LIMITS__BODY_BYTES=1048576</c>, <c>SAKER__CONTENT=/a,/b</c>. They are read as if they stood below the file's last line, so that a
/// mistake in one is shown with its name.
/// </summary>
internal sealed class EnvironmentOverrides
{
    private const string Prefix = "SAKER__";
    private readonly List<(string Name, string Value)> variables;
    private int start;

    private EnvironmentOverrides(List<(string Name, string Value)> variables) => this.variables = variables;

    public static EnvironmentOverrides Of(IReadOnlyDictionary<string, string> environment) => new(
    [
        .. environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, v.Value.ReplaceLineEndings(" "))),
    ]);

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfProcess() => Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

    /// <summary>The file's text as mistakes are shown in.</summary>
    public SourceText Append(string name, string text)
    {
        var shown = text.EndsWith('\n') || text.Length == 0 ? text : text + "\n";
        start = shown.Length;
        return new SourceText(name, shown + string.Concat(variables.Select(v => $"{v.Name}={v.Value}\n")));
    }

    /// <summary>The file's mapping with the variables' values in place.</summary>
    public YamlMap Over(YamlMap map, ICollection<Diagnostic> mistakes, SourceText file)
    {
        var at = start;
        foreach (var (name, value) in variables)
        {
            var span = new SourceSpan(at + name.Length + 1, Math.Max(1, value.Length));
            if (SettingTable.All.FirstOrDefault(s => s.Variable == name) is not { } setting)
            {
                var closest = Spelling.Closest(name, SettingTable.All.Select(s => s.Variable).OfType<string>());
                mistakes.Add(new Diagnostic("CFG0102", Severity.Error, $"no setting is called `{name}`", file, new SourceSpan(at, name.Length), closest is null ? null : $"did you mean `{closest}`?"));
            }
            else
            {
                YamlValue written = setting.Kind == SettingKind.Texts
                    ? new YamlList([.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(v => new YamlScalar(v, ScalarStyle.SingleQuoted, span))], span)
                    : new YamlScalar(value, ScalarStyle.SingleQuoted, span);
                map = Set(map, setting.Path.Split('.'), written, new SourceSpan(at, name.Length));
            }

            at += name.Length + value.Length + 2;
        }

        return map;
    }

    private static YamlMap Set(YamlMap map, ReadOnlySpan<string> path, YamlValue value, SourceSpan span)
    {
        var key = path[0];
        var inner = path.Length == 1 ? value : Set(map.Find(key)?.Value as YamlMap ?? new YamlMap([], span), path[1..], value, span);
        return new YamlMap([.. map.Entries.Where(e => e.Key.Text != key), new YamlEntry(new YamlScalar(key, ScalarStyle.Plain, span), inner)], map.Span);
    }
}
