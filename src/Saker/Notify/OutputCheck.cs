using Saker.Notify.Outputs;

namespace Saker.Notify;

/// <summary>What is wrong with settings, in sentences, each with the setting's place: <c>outputs[1].url</c>.</summary>
internal static class OutputCheck
{
    private static readonly string[] Http = ["webhook", "slack", "alertmanager", "splunk_hec", "otlp"];

    public static IReadOnlyList<(string Place, string Message)> Check(NotifySettings settings)
    {
        var mistakes = new List<(string, string)>();
        for (var i = 0; i < settings.Outputs.Count; i++)
        {
            var output = settings.Outputs[i];
            void Wrong(string key, string message) => mistakes.Add(($"outputs[{i}].{key}", message));
            if (settings.Outputs.Take(i).Any(o => o.Name == output.Name))
            {
                Wrong("name", $"two outputs are called `{output.Name}`");
            }

            Check(output, Wrong);
        }

        for (var i = 0; i < settings.Routes.Count; i++)
        {
            var route = settings.Routes[i];
            void Wrong(string key, string message) => mistakes.Add(($"routes[{i}].{key}", message));
            Check(route, [.. settings.Outputs.Select(o => o.Name)], Wrong);
        }

        return mistakes;
    }

    private static void Check(OutputSettings output, Action<string, string> wrong)
    {
        if (output.Name.Length is 0 or > 64 || !output.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            wrong("name", "a name has up to 64 letters, digits, dots, dashes and underscores");
        }

        if (!OutputTypes.Names.Contains(output.Type))
        {
            wrong("type", $"no output is a `{output.Type}`; there are {string.Join(", ", OutputTypes.Names)}");
            return;
        }

        if (Http.Contains(output.Type))
        {
            CheckHttp(output, wrong);
        }
        else if (output.Type == "syslog")
        {
            try
            {
                SyslogOutput.Parts(output.Address);
            }
            catch (FormatException)
            {
                wrong("address", $"`{output.Address}` is no host and port; write it as syslog.example.com:6514");
            }
        }
        else if (output.Path.Length == 0)
        {
            wrong("path", "a file needs a path");
        }

        if (output.AuthorityFile.Length > 0 && !File.Exists(output.AuthorityFile))
        {
            wrong("authority", $"there is no file {output.AuthorityFile}");
        }

        void Between(string key, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                wrong(key, $"{value} should be at least {least} and at most {most}");
            }
        }

        Between("timeout_seconds", output.TimeoutSeconds, 1, 300);
        Between("most_per_minute", output.MostPerMinute, 0, 100_000);
        Between("most_tries", output.MostTries, 1, 1_000_000);
        Between("give_up_days", (long)output.GiveUpAfter.TotalDays, 0, 365);
        Between("rotate_bytes", output.RotateBytes, 1024, long.MaxValue);
        Between("keep_files", output.KeepFiles, 0, 10_000);
        Between("resolve_after_seconds", (long)output.ResolveAfter.TotalSeconds, 60, 365 * 86_400);
    }

    private static void CheckHttp(OutputSettings output, Action<string, string> wrong)
    {
        if (output.Url.Length > 0 == output.UrlSecret is not null)
        {
            wrong("url", output.Url.Length > 0 ? "`url` and a file or variable that holds it stand together" : "an address is missing: `url`, `url_file` or `url_variable`");
        }
        else if (output.Url.Length > 0 && !(Uri.TryCreate(output.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            wrong("url", $"`{output.Url}` is no http:// or https:// address");
        }
        else if (output.Url.Length > 0 && new Uri(output.Url).UserInfo.Length > 0)
        {
            wrong("url", "a password does not belong into an address; use `token_file` or `headers`");
        }

        if (output.Type == "splunk_hec" && output.Token is null)
        {
            wrong("token_file", "the token of the HTTP Event Collector is missing: `token_file` or `token_variable`");
        }

        foreach (var (name, value) in output.Headers)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) || value.Any(char.IsControl))
            {
                wrong("headers", $"`{name}` is no header");
            }
        }

        if (output.Template.Length > 0)
        {
            try
            {
                _ = new Template(output.Template);
            }
            catch (FormatException mistake)
            {
                wrong("template", mistake.Message);
            }
        }
    }

    private static void Check(RouteSettings route, IReadOnlyList<string> outputs, Action<string, string> wrong)
    {
        if (route.Outputs.Count == 0)
        {
            wrong("outputs", "a route needs outputs");
        }

        foreach (var name in route.Outputs.Where(o => !outputs.Contains(o)))
        {
            wrong("outputs", $"no output is called `{name}`{(outputs.Count > 0 ? $"; there are {string.Join(", ", outputs)}" : "")}");
        }

        foreach (var by in route.GroupBy.Where(b => !NotifySettings.GroupWords.Contains(b)))
        {
            wrong("group_by", $"notices cannot be grouped by `{by}`; there are {string.Join(", ", NotifySettings.GroupWords)}");
        }

        if (route.GroupTime < TimeSpan.FromSeconds(1) || route.GroupTime > TimeSpan.FromDays(1))
        {
            wrong("group_seconds", "a group gathers for 1 to 86400 seconds");
        }

        if (route.MostScore < (route.LeastScore ?? 0))
        {
            wrong("most_score", $"no score is from {route.LeastScore} to {route.MostScore}");
        }

        if (route.Quiet is { } quiet && quiet.From == quiet.To)
        {
            wrong("quiet", "it starts and ends at the same time");
        }
    }
}
