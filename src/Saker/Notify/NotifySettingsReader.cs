using System.Globalization;
using Saker.Content;
using Saker.Content.Yaml;
using Saker.Spl.Text;

namespace Saker.Notify;

/// <summary>Reads <c>outputs:</c> and <c>routes:</c> of <c>saker.yaml</c>; every mistake at once, each with its place. Files are relative to the directory of the file.</summary>
internal sealed class NotifySettingsReader(SourceText file, ICollection<Diagnostic> mistakes, string directory)
{
    private static readonly string[] ForAll = ["name", "type", "timeout_seconds", "most_per_minute", "most_tries", "give_up_days"];
    private static readonly string[] ForHttp = ["url", "url_file", "url_variable", "headers", "token_file", "token_variable", "authority", "allow_local"];

    /// <summary>The keys of each type beside those of all: one that does nothing is a mistake.</summary>
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["webhook"] = [.. ForHttp, "template", "signing_key_file", "signing_key_variable"],
        ["slack"] = ForHttp,
        ["alertmanager"] = [.. ForHttp, "resolve_after_seconds"],
        ["splunk_hec"] = [.. ForHttp, "risk_index", "notable_index"],
        ["otlp"] = ForHttp,
        ["syslog"] = ["address", "tls", "authority", "allow_local"],
        ["file"] = ["path", "rotate_bytes", "keep_files"],
    };

    /// <summary>Reads both keys of the file's mapping; other keys are left to who asks for them.</summary>
    public NotifySettings Read(MappingReader root)
    {
        var (outputs, routes) = (root.Mappings("outputs"), root.Mappings("routes"));
        var settings = new NotifySettings { Outputs = [.. outputs.Select(Output)], Routes = [.. routes.Select(Route)] };
        foreach (var (place, message) in OutputCheck.Check(settings))
        {
            var (bracket, dot) = (place.IndexOf('[', StringComparison.Ordinal), place.IndexOf("].", StringComparison.Ordinal));
            var at = int.Parse(place.AsSpan(bracket + 1, dot - bracket - 1), CultureInfo.InvariantCulture);
            var reader = place.StartsWith('o') ? outputs[at] : routes[at];
            mistakes.Add(Wrong(reader.ValueSpan(place[(dot + 2)..]), $"`{place}`: {message}"));
        }

        return settings;
    }

    private OutputSettings Output(MappingReader output)
    {
        var defaults = new OutputSettings { Name = "", Type = "" };
        var type = output.RequiredText("type");
        var settings = new OutputSettings
        {
            Name = output.RequiredText("name"),
            Type = type,
            Url = output.Text("url"),
            UrlSecret = SecretOf(output, "url"),
            Address = output.Text("address"),
            Path = PathOf(output, "path"),
            Headers = Headers(output),
            Template = output.Scalar("template")?.Text ?? "",
            Token = SecretOf(output, "token"),
            SigningKey = SecretOf(output, "signing_key"),
            IsTls = output.Flag("tls") ?? true,
            AuthorityFile = PathOf(output, "authority"),
            AllowsLocal = output.Flag("allow_local") ?? false,
            TimeoutSeconds = output.Integer("timeout_seconds") ?? defaults.TimeoutSeconds,
            MostPerMinute = output.Integer("most_per_minute") ?? defaults.MostPerMinute,
            MostTries = output.Integer("most_tries") ?? defaults.MostTries,
            GiveUpAfter = output.Integer("give_up_days") is { } days ? TimeSpan.FromDays(days) : defaults.GiveUpAfter,
            RotateBytes = Number(output, "rotate_bytes") ?? defaults.RotateBytes,
            KeepFiles = output.Integer("keep_files") ?? defaults.KeepFiles,
            RiskIndex = output.Text("risk_index") is { Length: > 0 } risk ? risk : defaults.RiskIndex,
            NotableIndex = output.Text("notable_index") is { Length: > 0 } notable ? notable : defaults.NotableIndex,
            ResolveAfter = output.Integer("resolve_after_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.ResolveAfter,
        };
        output.ReportUnknownKeys();
        if (Keys.TryGetValue(type, out var keys))
        {
            foreach (var key in Keys.Values.SelectMany(k => k).Distinct().Except(keys).Except(ForAll).Where(output.Has))
            {
                mistakes.Add(Wrong(output.KeySpan(key), $"`{output.PathOf(key)}` means nothing to an output of type {type}"));
            }
        }

        return settings;
    }

    private RouteSettings Route(MappingReader route)
    {
        var defaults = new RouteSettings();
        var settings = new RouteSettings
        {
            Outputs = route.Texts("outputs"),
            Kinds = route.Has("kinds") ? [.. Kinds(route)] : defaults.Kinds,
            LeastScore = route.Integer("least_score"),
            MostScore = route.Integer("most_score") ?? defaults.MostScore,
            Tactics = route.Texts("tactics"),
            Namespaces = route.Texts("namespaces"),
            NamespaceLabels = [.. Labels(route)],
            Clusters = route.Texts("clusters"),
            Detections = route.Texts("detections"),
            GroupBy = route.Texts("group_by"),
            GroupTime = route.Integer("group_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.GroupTime,
            Quiet = route.Mapping("quiet") is { } quiet ? Quiet(quiet) : null,
        };
        route.Skip("kinds");
        route.Skip("namespace_labels");
        route.ReportUnknownKeys();
        return settings;
    }

    private IEnumerable<string> Labels(MappingReader route)
    {
        foreach (var label in route.Scalars("namespace_labels"))
        {
            if (label.Text.IndexOf('=') > 0)
            {
                yield return label.Text;
            }
            else
            {
                mistakes.Add(Wrong(label.Span, $"`{route.PathOf("namespace_labels")}`: `{label.Text}` is no label with its value", "for example stage=prod*"));
            }
        }
    }

    private IEnumerable<NoticeKind> Kinds(MappingReader route)
    {
        foreach (var kind in route.Scalars("kinds"))
        {
            if (kind.Text is "risk_event" or "finding")
            {
                yield return kind.Text == "finding" ? NoticeKind.Finding : NoticeKind.RiskEvent;
            }
            else
            {
                mistakes.Add(ContentErrors.UnknownValue(file, kind.Span, route.PathOf("kinds"), kind.Text, ["risk_event", "finding"]));
            }
        }
    }

    private QuietHours? Quiet(MappingReader quiet)
    {
        var (from, to) = (Time(quiet, "from"), Time(quiet, "to"));
        var zone = TimeZoneInfo.Utc;
        if (quiet.Scalar("time_zone") is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name.Text, out zone))
        {
            mistakes.Add(Wrong(name.Span, $"`{quiet.PathOf("time_zone")}`: there is no time zone `{name.Text}` on this machine", "for example Europe/Berlin"));
        }

        var days = new List<DayOfWeek>();
        foreach (var day in quiet.Scalars("days"))
        {
            var found = Enum.GetValues<DayOfWeek>().Where(d => d.ToString().StartsWith(day.Text, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count != 1 || day.Text.Length < 3)
            {
                mistakes.Add(ContentErrors.UnknownValue(file, day.Span, quiet.PathOf("days"), day.Text, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]));
            }

            days.AddRange(found);
        }

        var unless = quiet.Integer("unless_score") ?? int.MaxValue;
        quiet.ReportUnknownKeys();
        return from is null || to is null || zone is null ? null : new QuietHours(from.Value, to.Value, zone) { Days = days, UnlessScore = unless };
    }

    private TimeOnly? Time(MappingReader quiet, string key)
    {
        if (quiet.RequiredScalar(key) is not { } text)
        {
            return null;
        }

        if (TimeOnly.TryParseExact(text.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        mistakes.Add(Wrong(text.Span, $"`{quiet.PathOf(key)}`: `{text.Text}` is no time of day", "for example \"22:00\""));
        return null;
    }

    private Dictionary<string, string> Headers(MappingReader output)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in output.Mapping("headers")?.Map.Entries ?? [])
        {
            if (entry.Value is YamlScalar value)
            {
                headers[entry.Key.Text] = value.Text;
            }
            else
            {
                mistakes.Add(Wrong(entry.Value.Span, $"`{output.PathOf("headers")}.{entry.Key.Text}` should be a text"));
            }
        }

        return headers;
    }

    /// <summary>A secret stands in a file or in a variable, never in the settings.</summary>
    private Secret? SecretOf(MappingReader output, string key)
    {
        var (path, variable) = (PathOf(output, $"{key}_file"), output.Text($"{key}_variable"));
        if (path.Length > 0 && variable.Length > 0)
        {
            mistakes.Add(Wrong(output.KeySpan($"{key}_variable"), $"`{output.PathOf(key)}_file` and `{key}_variable` stand together"));
        }

        return path.Length > 0 ? new Secret(path, null) : variable.Length > 0 ? new Secret(null, variable) : null;
    }

    private long? Number(MappingReader output, string key)
    {
        if (output.Scalar(key) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        mistakes.Add(ContentErrors.WrongType(file, text.Span, output.PathOf(key), "a whole number", $"`{text.Text}`"));
        return null;
    }

    private string PathOf(MappingReader output, string key) => output.Text(key) is { Length: > 0 } path ? Path.GetFullPath(path, directory) : "";

    private Diagnostic Wrong(SourceSpan span, string message, string? hint = null) => new("CFG0101", Severity.Error, message, file, span, hint);
}
