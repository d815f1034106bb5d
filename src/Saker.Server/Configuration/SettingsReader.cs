using System.Globalization;
using System.Net;
using Saker.Content;
using Saker.Content.Yaml;
using Saker.Ingest;
using Saker.Notify;
using Saker.Server.Auth;
using Saker.Spl.Text;

namespace Saker.Server.Configuration;

/// <summary>
/// Reads <c>saker.yaml</c>: every mistake at once, each with its line and column, and what was probably meant. Variables <c>SAKER__LIMITS__BODY_BYTES=…</c> override the file.
/// </summary>
internal sealed class SettingsReader
{
    private readonly List<Diagnostic> mistakes = [];
    private readonly SourceText file;
    private readonly string directory;

    private SettingsReader(SourceText file, string directory) => (this.file, this.directory) = (file, directory);

    /// <summary>The settings, or null and the mistakes. Paths are relative to <paramref name="directory"/>.</summary>
    public static (ServerSettings? Settings, IReadOnlyList<Diagnostic> Mistakes) Read(string name, string text, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var overrides = EnvironmentOverrides.Of(environment);
        var reader = new SettingsReader(overrides.Append(name, text), directory);
        var isEmpty = text.Split('\n').All(line => line.TrimStart() is "" or ['#', ..] or ['\r', ..] or "---");
        var map = isEmpty ? new YamlMap([], default) : YamlDocument.Read(new SourceText(name, text), reader.mistakes);
        if (map is null)
        {
            return (null, reader.mistakes);
        }

        var settings = reader.Root(new MappingReader(overrides.Over(map, reader.mistakes, reader.file), reader.file, reader.mistakes));
        var errors = reader.mistakes.Select(AsError).ToList();
        return (errors.Exists(m => m.Severity == Severity.Error) ? null : settings, errors);
    }

    /// <summary>What content only warns of, an unknown key or one that stands twice, is a mistake here: a limit that is misspelt is no limit.</summary>
    private static Diagnostic AsError(Diagnostic mistake) => mistake.Code is "CNT0106" or "CNT0103" ? mistake with { Severity = Severity.Error } : mistake;

    private ServerSettings Root(MappingReader root)
    {
        var defaults = new ServerSettings();
        var masking = root.Mapping("masking");
        var log = root.Mapping("log");
        var settings = new ServerSettings
        {
            Listen = Address(root, "listen") ?? defaults.Listen,
            ListenGrpc = root.Text("listen_grpc") is "off" ? null : Address(root, "listen_grpc") ?? defaults.ListenGrpc,
            DataDirectory = PathOf(root, "data_directory") ?? defaults.DataDirectory,
            Content = [.. root.Scalars("content").Select(s => Existing(root, "content", s))],
            IsTuned = root.Flag("tuned") ?? false,
            Tls = root.Mapping("tls") is { } tls ? Tls(tls) : null,
            Tokens = Tokens(root),
            Certificates = Certificates(root),
            Limits = root.Mapping("limits") is { } limits ? Limits(limits) : new(),
            Journal = root.Mapping("journal") is { } journal ? Journal(journal) : new(),
            Store = root.Mapping("store") is { } store ? Store(store) : new(),
            Search = root.Mapping("search") is { } search ? Search(search) : new(),
            Files = [.. root.Mappings("files").Select(Files)],
            Telemetry = root.Mapping("telemetry") is { } telemetry ? Telemetry(telemetry) : null,
            Schedules = [.. root.Mappings("schedules").Select(ScheduleOf)],
            Notify = new NotifySettingsReader(file, mistakes, directory).Read(root),
            MaskKeyFile = masking is null ? null : FileOf(masking, "key_file"),
            LogFormat = log is null ? defaults.LogFormat : Word(log, "format") ?? defaults.LogFormat,
            LogLevel = log is null ? defaults.LogLevel : Word(log, "level") ?? defaults.LogLevel,
        };
        masking?.ReportUnknownKeys();
        log?.ReportUnknownKeys();
        root.ReportUnknownKeys();
        return settings;
    }

    private TlsSettings? Tls(MappingReader tls)
    {
        tls.RequiredScalar("certificate");
        tls.RequiredScalar("key");
        var settings = new TlsSettings(FileOf(tls, "certificate") ?? "", FileOf(tls, "key") ?? "", FileOf(tls, "client_authority"), tls.Flag("require_client_certificate") ?? false);
        if (settings is { RequiresClientCertificate: true, ClientAuthorityFile: null })
        {
            mistakes.Add(Wrong(tls.KeySpan("require_client_certificate"), "`tls.require_client_certificate` needs `tls.client_authority`"));
        }

        tls.ReportUnknownKeys();
        return settings;
    }

    private List<TokenEntry> Tokens(MappingReader root)
    {
        var entries = new List<TokenEntry>();
        foreach (var token in root.Mappings("tokens"))
        {
            var name = Name(token, "name");
            var hash = token.RequiredScalar("sha256");
            if (hash is not null && (hash.Text.Length != 64 || !hash.Text.All(char.IsAsciiHexDigit)))
            {
                mistakes.Add(Wrong(hash.Span, $"`{token.PathOf("sha256")}` is no SHA-256", "64 hexadecimal digits: printf %s TOKEN | sha256sum; or make one with `saker token create`"));
                hash = null;
            }

            var rules = new TokenRules
            {
                Acknowledges = token.Flag("acknowledgement") ?? false,
                AllowsQuery = token.Flag("allow_in_address") ?? false,
                Indexes = token.Texts("indexes"),
                BytesPerSecond = Number(token, "bytes_per_second") ?? 0,
                Trust = TrustOf(token),
            };
            var scopes = ScopesOf(token);
            var cluster = token.Text("cluster") is { Length: > 0 } named ? named : null;
            token.ReportUnknownKeys();
            if (entries.Exists(e => e.Name == name))
            {
                mistakes.Add(Wrong(token.ValueSpan("name"), $"two tokens are called `{name}`"));
            }
            else if (hash is not null)
            {
                entries.Add(new TokenEntry(name, Convert.FromHexString(hash.Text), scopes, cluster, rules));
            }
        }

        return entries;
    }

    private Dictionary<string, Caller> Certificates(MappingReader root)
    {
        var callers = new Dictionary<string, Caller>();
        foreach (var certificate in root.Mappings("certificates"))
        {
            var name = Name(certificate, "common_name");
            callers[name] = new Caller(name, ScopesOf(certificate), certificate.Text("cluster") is { Length: > 0 } named ? named : null, TokenRules.Default);
            certificate.ReportUnknownKeys();
        }

        return callers;
    }

    private LimitSettings Limits(MappingReader limits)
    {
        var defaults = new LimitSettings();
        var settings = new LimitSettings
        {
            BodyBytes = (int)(Number(limits, "body_bytes") ?? defaults.BodyBytes),
            BodiesBytes = Number(limits, "bodies_bytes") ?? defaults.BodiesBytes,
            RequestEvents = (int)(Number(limits, "request_events") ?? defaults.RequestEvents),
            Connections = (int)(Number(limits, "connections") ?? defaults.Connections),
            HeadersSeconds = (int)(Number(limits, "headers_seconds") ?? defaults.HeadersSeconds),
            HeadersBytes = (int)(Number(limits, "headers_bytes") ?? defaults.HeadersBytes),
            SlowestBytesPerSecond = (int)(Number(limits, "slowest_bytes_per_second") ?? defaults.SlowestBytesPerSecond),
            JsonDepth = (int)(Number(limits, "json_depth") ?? defaults.JsonDepth),
            TokenBytesPerSecond = Number(limits, "token_bytes_per_second") ?? defaults.TokenBytesPerSecond,
        };
        if (settings.BodiesBytes < settings.BodyBytes)
        {
            mistakes.Add(Wrong(limits.KeySpan(limits.Has("bodies_bytes") ? "bodies_bytes" : "body_bytes"), "`limits.bodies_bytes` must hold at least one body of `limits.body_bytes`"));
        }

        limits.ReportUnknownKeys();
        return settings;
    }

    private JournalSettings Journal(MappingReader journal)
    {
        var silent = new Dictionary<string, TimeSpan>();
        foreach (var entry in journal.Mapping("silent_after_seconds")?.Map.Entries ?? [])
        {
            if (entry.Value is YamlScalar scalar && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < int.MaxValue)
            {
                silent[entry.Key.Text] = TimeSpan.FromSeconds(seconds);
            }
            else
            {
                mistakes.Add(Wrong(entry.Value.Span, $"`journal.silent_after_seconds.{entry.Key.Text}` should be a number of seconds"));
            }
        }

        var settings = new JournalSettings { MostBytes = Number(journal, "most_bytes") ?? new JournalSettings().MostBytes, SilentAfter = silent };
        journal.ReportUnknownKeys();
        return settings;
    }

    private StoreChoice Store(MappingReader store)
    {
        var defaults = new StoreChoice();
        var url = store.Scalar("url");
        if (url is not null && !(Uri.TryCreate(url.Text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
        {
            mistakes.Add(Wrong(url.Span, $"`store.url`: `{url.Text}` is no address", "write it as https://clickhouse.example.com:8443"));
        }

        var settings = new StoreChoice
        {
            Url = url?.Text,
            User = store.Text("user") is { Length: > 0 } user ? user : null,
            PasswordFile = FileOf(store, "password_file"),
            AuthorityFile = FileOf(store, "authority"),
            EngineMemoryBytes = Number(store, "engine_memory_bytes") ?? defaults.EngineMemoryBytes,
            EventsDays = (int)(Number(store, "events_days") ?? defaults.EventsDays),
            MetricsDays = (int)(Number(store, "metrics_days") ?? defaults.MetricsDays),
        };
        store.ReportUnknownKeys();
        return settings;
    }

    private SearchSettings Search(MappingReader search)
    {
        var defaults = new SearchSettings();
        var settings = new SearchSettings
        {
            Seconds = (int)(Number(search, "seconds") ?? defaults.Seconds),
            Rows = Number(search, "rows") ?? defaults.Rows,
            AtOnce = (int)(Number(search, "at_once") ?? defaults.AtOnce),
            MemoryBytes = Number(search, "memory_bytes") ?? defaults.MemoryBytes,
            DiskBytes = Number(search, "disk_bytes") ?? defaults.DiskBytes,
        };
        search.ReportUnknownKeys();
        return settings;
    }

    private FilesSettings Files(MappingReader files)
    {
        if (!files.Has("paths"))
        {
            mistakes.Add(ContentErrors.MissingKey(file, files.Place, files.PathOf("paths")));
        }

        var settings = new FilesSettings([.. files.Texts("paths").Select(Resolve)], files.Text("cluster"), files.Flag("skip_what_is_there") ?? false) { Trust = TrustOf(files) };
        files.ReportUnknownKeys();
        return settings;
    }

    private TelemetrySettings? Telemetry(MappingReader telemetry)
    {
        var url = telemetry.RequiredScalar("url");
        var isHttp = Word(telemetry, "protocol") == "http";
        var (token, every, log) = (FileOf(telemetry, "token_file"), (int?)Number(telemetry, "every_seconds"), telemetry.Flag("log") ?? true);
        telemetry.ReportUnknownKeys();
        if (url is null || !Uri.TryCreate(url.Text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            if (url is not null)
            {
                mistakes.Add(Wrong(url.Span, $"`telemetry.url`: `{url.Text}` is no address", "write it as http://collector.example.com:4317"));
            }

            return null;
        }

        return new TelemetrySettings(address) { IsHttp = isHttp, TokenFile = token, EverySeconds = every ?? 60, ExportsLog = log };
    }

    /// <summary>Which containers' output is believed: Falco's, unless told otherwise.</summary>
    private static ContentTrust TrustOf(MappingReader holder)
    {
        var trust = new ContentTrust
        {
            Audit = holder.Texts("audit_from_containers"),
            Falco = holder.Has("falco_from_containers") ? holder.Texts("falco_from_containers") : ContentTrust.Default.Falco,
        };
        holder.Skip("falco_from_containers");
        return trust;
    }

    private ScheduleOverride ScheduleOf(MappingReader schedule)
    {
        string? Part(string key) => schedule.Text(key) is { Length: > 0 } text ? text : null;
        var read = new ScheduleOverride(schedule.RequiredText("detection"), Part("cron"), Part("earliest"), Part("latest"));
        if (ScheduleOverride.Mistake(read.Cron, read.Earliest, read.Latest) is var (part, message))
        {
            mistakes.Add(Wrong(schedule.ValueSpan(part), $"`{schedule.PathOf(part)}`: {message}"));
        }

        schedule.ReportUnknownKeys();
        return read;
    }

    private Scopes ScopesOf(MappingReader holder)
    {
        var scopes = Scopes.None;
        foreach (var scope in holder.Scalars("scopes"))
        {
            if (!Enum.TryParse<Scopes>(scope.Text, ignoreCase: true, out var one) || one is not (Scopes.Ingest or Scopes.Read or Scopes.Admin) || char.IsAsciiDigit(scope.Text[0]))
            {
                mistakes.Add(ContentErrors.UnknownValue(file, scope.Span, holder.PathOf("scopes"), scope.Text, ["ingest", "read", "admin"]));
            }

            scopes |= one;
        }

        return holder.Has("scopes") ? scopes : Scopes.Ingest;
    }

    private string Name(MappingReader holder, string key)
    {
        var name = holder.RequiredScalar(key);
        if (name is not null && !TokenEntry.IsName(name.Text))
        {
            mistakes.Add(Wrong(name.Span, $"`{holder.PathOf(key)}` should be up to 64 letters, digits, dots, dashes, underscores or colons"));
        }

        return name?.Text ?? "";
    }

    private string? Address(MappingReader holder, string key)
    {
        var text = holder.Scalar(key);
        if (text is null || IPEndPoint.TryParse(text.Text, out var address) && text.Text.Contains(':', StringComparison.Ordinal))
        {
            return text?.Text;
        }

        mistakes.Add(Wrong(text.Span, $"`{holder.PathOf(key)}`: `{text.Text}` is no address with a port", "for example 127.0.0.1:8088, 0.0.0.0:8088 or [::]:8088"));
        return null;
    }

    private string? Word(MappingReader holder, string key)
    {
        var words = SettingTable.All.First(s => s.Path == holder.PathOf(key)).Words;
        var text = holder.Scalar(key);
        if (text is not null && !words.Contains(text.Text, StringComparer.Ordinal))
        {
            mistakes.Add(ContentErrors.UnknownValue(file, text.Span, holder.PathOf(key), text.Text, words));
        }

        return text?.Text;
    }

    private long? Number(MappingReader holder, string key)
    {
        var path = System.Text.RegularExpressions.Regex.Replace(holder.PathOf(key), @"\[\d+\]", "[]");
        var setting = SettingTable.All.First(s => s.Path == path);
        if (holder.Scalar(key) is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            mistakes.Add(ContentErrors.WrongType(file, text.Span, holder.PathOf(key), "a whole number", $"`{text.Text}`"));
            return null;
        }

        if (number < setting.Least || number > setting.Most)
        {
            var most = setting.Most == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" and at most {setting.Most:#,0}");
            mistakes.Add(Wrong(text.Span, string.Create(CultureInfo.InvariantCulture, $"`{holder.PathOf(key)}` should be at least {setting.Least:#,0}{most}")));
            return null;
        }

        return number;
    }

    private string? PathOf(MappingReader holder, string key) => holder.Text(key) is { Length: > 0 } path ? Resolve(path) : null;

    private string? FileOf(MappingReader holder, string key)
    {
        if (holder.Scalar(key) is not { } text)
        {
            return null;
        }

        var path = Resolve(text.Text);
        if (!File.Exists(path))
        {
            mistakes.Add(ContentErrors.MissingFile(file, text.Span, path));
        }

        return path;
    }

    private string Existing(MappingReader holder, string key, YamlScalar text)
    {
        var path = Resolve(text.Text);
        if (!Directory.Exists(path) && !File.Exists(path))
        {
            mistakes.Add(Wrong(text.Span, $"`{holder.PathOf(key)}`: there is no directory or file `{path}`"));
        }

        return path;
    }

    private string Resolve(string path) => Path.GetFullPath(
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path, directory);

    private Diagnostic Wrong(SourceSpan span, string message, string? hint = null) => new("CFG0101", Severity.Error, message, file, span, hint);
}
