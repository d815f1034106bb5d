namespace Saker.Notify;

/// <summary>Where notices go. Which of the settings count depends on the type; <see cref="OutputCheck"/> says what is wrong.</summary>
internal sealed record OutputSettings
{
    public required string Name { get; init; }

    /// <summary>webhook, slack, alertmanager, splunk_hec, otlp, syslog or file.</summary>
    public required string Type { get; init; }

    /// <summary>Of the HTTP ones; the protocol's path is added where it has none.</summary>
    public string Url { get; init; } = "";

    /// <summary>A file or variable that holds the whole URL, where the URL itself is the secret (Slack).</summary>
    public Secret? UrlSecret { get; init; }

    /// <summary>Of syslog: <c>host:6514</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>Of file.</summary>
    public string Path { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body of a webhook: JSON with <c>{{field}}</c> places; empty for the whole notice.</summary>
    public string Template { get; init; } = "";

    /// <summary>HEC's token, or the bearer token of the other HTTP ones.</summary>
    public Secret? Token { get; init; }

    /// <summary>Keys the signature of a webhook.</summary>
    public Secret? SigningKey { get; init; }

    /// <summary>Whether syslog goes over TLS.</summary>
    public bool IsTls { get; init; } = true;

    /// <summary>PEM file of the authorities that sign the receiver's certificate; the system's by default.</summary>
    public string AuthorityFile { get; init; } = "";

    /// <summary>Whether it may be on this machine or its links.</summary>
    public bool AllowsLocal { get; init; }

    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>The most messages a minute; 0 for no limit. What is beyond waits.</summary>
    public int MostPerMinute { get; init; }

    /// <summary>After so many tries a notice is a dead letter.</summary>
    public int MostTries { get; init; } = 1000;

    /// <summary>After so long a notice is a dead letter.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>A file of this size is rotated.</summary>
    public long RotateBytes { get; init; } = 100L << 20;

    /// <summary>How many rotated files are kept.</summary>
    public int KeepFiles { get; init; } = 10;

    public string RiskIndex { get; init; } = "risk";

    public string NotableIndex { get; init; } = "notable";

    /// <summary>How long an alert fires that nobody renews or withdraws.</summary>
    public TimeSpan ResolveAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Secrets stay out of it.</summary>
    public override string ToString() => $"{Type} {Name}";
}
