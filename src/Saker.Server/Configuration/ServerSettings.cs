using Saker.Content;
using Saker.Ingest;
using Saker.Notify;
using Saker.Server.Auth;

namespace Saker.Server.Configuration;

/// <summary>What <c>saker.yaml</c> says, with the defaults filled in. <see cref="SettingTable"/> documents each.</summary>
internal sealed record ServerSettings
{
    public string Listen { get; init; } = "127.0.0.1:8088";

    /// <summary>OTLP over gRPC; null if it is switched off.</summary>
    public string? ListenGrpc { get; init; } = "127.0.0.1:4317";

    public string DataDirectory { get; init; } = DefaultDataDirectory;

    public IReadOnlyList<string> Content { get; init; } = [];

    public bool IsTuned { get; init; }

    public TlsSettings? Tls { get; init; }

    public IReadOnlyList<TokenEntry> Tokens { get; init; } = [];

    public IReadOnlyDictionary<string, Caller> Certificates { get; init; } = new Dictionary<string, Caller>();

    public LimitSettings Limits { get; init; } = new();

    public JournalSettings Journal { get; init; } = new();

    public StoreChoice Store { get; init; } = new();

    public SearchSettings Search { get; init; } = new();

    public IReadOnlyList<FilesSettings> Files { get; init; } = [];

    /// <summary>Where the server's own metrics and log go besides; null for nowhere.</summary>
    public TelemetrySettings? Telemetry { get; init; }

    /// <summary>When detections run, where it is not left to their content.</summary>
    public IReadOnlyList<ScheduleOverride> Schedules { get; init; } = [];

    /// <summary>Where findings and risk events are told.</summary>
    public NotifySettings Notify { get; init; } = new();

    /// <summary>A file whose bytes key the hashes of masked values; null for one in the data directory.</summary>
    public string? MaskKeyFile { get; init; }

    public string LogFormat { get; init; } = "auto";

    public string LogLevel { get; init; } = "info";

    /// <summary>systemd's <c>$STATE_DIRECTORY</c>, else <c>~/.local/share/saker/server</c>.</summary>
    public static string DefaultDataDirectory => Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } state
        ? state.Split(':')[0]
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "saker", "server");
}

/// <summary>Certificates as PEM files; read again when they change.</summary>
internal sealed record TlsSettings(string CertificateFile, string KeyFile, string? ClientAuthorityFile, bool RequiresClientCertificate);

internal sealed record LimitSettings
{
    public int BodyBytes { get; init; } = 64 * 1024 * 1024;

    public long BodiesBytes { get; init; } = 192L * 1024 * 1024;

    public int RequestEvents { get; init; } = 250_000;

    public int Connections { get; init; } = 2000;

    public int HeadersSeconds { get; init; } = 15;

    public int HeadersBytes { get; init; } = 32 * 1024;

    public int SlowestBytesPerSecond { get; init; } = 240;

    public int JsonDepth { get; init; } = 1000;

    public long TokenBytesPerSecond { get; init; }
}

internal sealed record JournalSettings
{
    public long MostBytes { get; init; } = 8L << 30;

    public IReadOnlyDictionary<string, TimeSpan> SilentAfter { get; init; } = new Dictionary<string, TimeSpan>();
}

internal sealed record StoreChoice
{
    public string? Url { get; init; }

    public string? User { get; init; }

    public string? PasswordFile { get; init; }

    public string? AuthorityFile { get; init; }

    public long EngineMemoryBytes { get; init; } = 640L << 20;

    public int EventsDays { get; init; } = 90;

    public int MetricsDays { get; init; } = 14;
}

internal sealed record SearchSettings
{
    public int Seconds { get; init; } = 60;

    public long Rows { get; init; } = 100_000;

    public int AtOnce { get; init; } = 4;

    public long MemoryBytes { get; init; } = 128L << 20;

    public long DiskBytes { get; init; } = 2L << 30;
}

/// <summary>Files to follow.</summary>
internal sealed record FilesSettings(IReadOnlyList<string> Paths, string Cluster, bool SkipsWhatIsThere)
{
    /// <summary>The containers in them whose output may be more than lines.</summary>
    public ContentTrust Trust { get; init; } = ContentTrust.Default;
}

/// <summary>An OTLP receiver of the server's own metrics and log.</summary>
internal sealed record TelemetrySettings(Uri Url)
{
    public bool IsHttp { get; init; }

    public string? TokenFile { get; init; }

    public int EverySeconds { get; init; } = 60;

    public bool ExportsLog { get; init; } = true;
}
