using Saker.Notify;
using Saker.Notify.Outputs;

namespace Saker.Server.Configuration;

/// <summary>What a setting takes.</summary>
internal enum SettingKind
{
    Text,
    Flag,
    Number,
    Texts,

    /// <summary>A mapping of names to numbers.</summary>
    Numbers,

    /// <summary>A mapping of names to texts.</summary>
    NamedTexts,
}

/// <summary>A setting as <c>saker.yaml</c> knows it.</summary>
/// <param name="Path"><c>limits.body_bytes</c>; <c>tokens[].name</c> for one of a list.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">As it would be written; empty for none.</param>
/// <param name="About">A sentence for the sample, the schema and the documentation.</param>
internal sealed record Setting(string Path, SettingKind Kind, string Default, string About)
{
    /// <summary>The words it may be; empty for any.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public long Least { get; init; }

    public long Most { get; init; } = long.MaxValue;

    /// <summary>Whether a change of it is taken while the server runs.</summary>
    public bool IsLive { get; init; }

    /// <summary>The environment variable that overrides it; null for one of a list.</summary>
    public string? Variable => Path.Contains('[', StringComparison.Ordinal) ? null : "SAKER__" + Path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();
}

/// <summary>All settings. The reader, the schema, the sample and the documentation's table are tested against it.</summary>
internal static class SettingTable
{
    private static readonly string[] Scopes = ["ingest", "read", "admin"];

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("listen", SettingKind.Text, "127.0.0.1:8088", "Address and port of everything but gRPC. Other than loopback wants `tls`, or a proxy that ends TLS."),
        new("listen_grpc", SettingKind.Text, "127.0.0.1:4317", "Address and port of OTLP over gRPC; `off` for none."),
        new("data_directory", SettingKind.Text, "", "Where the journal, the private engine and the hashes of tokens are; by default $STATE_DIRECTORY, else ~/.local/share/saker/server."),
        new("content", SettingKind.Texts, "", "Directories of detections, macros and lookups on top of the shipped ones; later ones override earlier ones.") { IsLive = true },
        new("tuned", SettingKind.Flag, "false", "Adds the shipped tuning: filter macros that keep Kubernetes' own controllers quiet.") { IsLive = true },
        new("tls.certificate", SettingKind.Text, "", "PEM file of the server's certificate and its chain; read again when it changes."),
        new("tls.key", SettingKind.Text, "", "PEM file of its private key."),
        new("tls.client_authority", SettingKind.Text, "", "PEM file of the authorities that sign client certificates."),
        new("tls.require_client_certificate", SettingKind.Flag, "false", "Whether every connection must bring a client certificate."),
        new("tokens[].name", SettingKind.Text, "", "What the token is called in logs and balances.") { IsLive = true },
        new("tokens[].sha256", SettingKind.Text, "", "SHA-256 of the token, 64 hexadecimal digits: `printf %s TOKEN | sha256sum`.") { IsLive = true },
        new("tokens[].scopes", SettingKind.Texts, "ingest", "What it may do.") { IsLive = true, Words = Scopes },
        new("tokens[].cluster", SettingKind.Text, "", "The only cluster that it speaks for.") { IsLive = true },
        new("tokens[].acknowledgement", SettingKind.Flag, "false", "Whether HEC senders ask for acknowledgements (`ackId`) and name a channel.") { IsLive = true },
        new("tokens[].allow_in_address", SettingKind.Flag, "false", "Whether HEC senders may write it into the address (`?token=`), where proxies log it.") { IsLive = true },
        new("tokens[].indexes", SettingKind.Texts, "", "The indexes that HEC senders may name; none for any but `risk` and `notable`, which must be named.") { IsLive = true },
        new("tokens[].audit_from_containers", SettingKind.Texts, "", "Sourcetypes (with * and ?) of containers whose output may be audit events; none by default, since any pod can print one.") { IsLive = true },
        new("tokens[].falco_from_containers", SettingKind.Texts, "kube:container:falco", "Sourcetypes of containers whose output may be Falco alerts.") { IsLive = true },
        new("tokens[].bytes_per_second", SettingKind.Number, "0", "The most it may send, uncompressed; 0 for limits.token_bytes_per_second.") { IsLive = true },
        new("certificates[].common_name", SettingKind.Text, "", "The common name of a client certificate that tls.client_authority signed.") { IsLive = true },
        new("certificates[].scopes", SettingKind.Texts, "ingest", "What its holder may do.") { IsLive = true, Words = Scopes },
        new("certificates[].cluster", SettingKind.Text, "", "The only cluster that it speaks for.") { IsLive = true },
        new("limits.body_bytes", SettingKind.Number, "67108864", "The largest body of a request, as sent and again decompressed.") { Least = 1024, Most = 1 << 30 },
        new("limits.bodies_bytes", SettingKind.Number, "201326592", "The memory for the bodies of all requests together; beyond it senders are told to try again.") { Least = 1 << 20 },
        new("limits.request_events", SettingKind.Number, "250000", "The most events in one request; more are refused with 413.") { Least = 1000, Most = 10_000_000 },
        new("limits.connections", SettingKind.Number, "2000", "The most connections at once.") { Least = 1, Most = 1_000_000 },
        new("limits.headers_seconds", SettingKind.Number, "15", "How long a request's headers may take.") { Least = 1, Most = 3600 },
        new("limits.headers_bytes", SettingKind.Number, "32768", "The most that a request's headers may take.") { Least = 1024, Most = 1 << 20 },
        new("limits.slowest_bytes_per_second", SettingKind.Number, "240", "A body that comes more slowly is cut off after five seconds.") { Least = 1, Most = 1 << 30 },
        new("limits.json_depth", SettingKind.Number, "1000", "JSON nested deeper is refused.") { Least = 16, Most = 100_000 },
        new("limits.token_bytes_per_second", SettingKind.Number, "0", "The most that one token may send in a second, uncompressed; 0 for no limit.") { IsLive = true },
        new("journal.most_bytes", SettingKind.Number, "8589934592", "The most disk that the journal takes; then senders are told to try again. A fifth is kept for senders that do not.") { Least = 16 << 20 },
        new("journal.silent_after_seconds", SettingKind.Numbers, "", "After how many seconds without a batch a source counts as silent, by its name (`audit/prod: 300`); learned for the others."),
        new("store.url", SettingKind.Text, "", "A ClickHouse server, http:// or https://; without it the server keeps a private engine."),
        new("store.user", SettingKind.Text, "", "Its user."),
        new("store.password_file", SettingKind.Text, "", "A file that holds its password."),
        new("store.authority", SettingKind.Text, "", "PEM file of the authority that signed its certificate; the system's by default."),
        new("store.engine_memory_bytes", SettingKind.Number, "671088640", "What the private engine may use for queries and inserts.") { Least = 256 << 20 },
        new("store.events_days", SettingKind.Number, "90", "How long events are kept, from their arrival.") { Least = 1, Most = 36_500 },
        new("store.metrics_days", SettingKind.Number, "14", "How long metrics are kept.") { Least = 1, Most = 36_500 },
        new("search.seconds", SettingKind.Number, "60", "How long a search over the API may run.") { Least = 1, Most = 86_400 },
        new("search.rows", SettingKind.Number, "100000", "The most rows that a search over the API gives.") { Least = 1 },
        new("search.at_once", SettingKind.Number, "4", "The most searches at the same time.") { Least = 1, Most = 1000 },
        new("search.memory_bytes", SettingKind.Number, "134217728", "The most memory that one search takes; what sorts and groups beyond it goes to disk.") { Least = 16 << 20 },
        new("search.disk_bytes", SettingKind.Number, "2147483648", "The most temporary disk that one search takes.") { Least = 0 },
        new("files[].paths", SettingKind.Texts, "", "Files, directories and globs to follow: an audit log on this machine."),
        new("files[].cluster", SettingKind.Text, "", "The cluster of what they tell."),
        new("files[].skip_what_is_there", SettingKind.Flag, "false", "Whether files that are there at the first start are read from their end."),
        new("schedules[].detection", SettingKind.Text, "", "Which detections run otherwise than their content says: a name, id or file stem, with * and ?.") { IsLive = true },
        new("schedules[].cron", SettingKind.Text, "", "When: five fields.") { IsLive = true },
        new("schedules[].earliest", SettingKind.Text, "", "From when on they look, as a time modifier.") { IsLive = true },
        new("schedules[].latest", SettingKind.Text, "", "Until when.") { IsLive = true },
        new("outputs[].name", SettingKind.Text, "", "What an output of notifications is called; docs/notifications.md tells more of all these.") { IsLive = true },
        new("outputs[].type", SettingKind.Text, "", "What receives: its other settings follow from it.") { IsLive = true, Words = [.. OutputTypes.Names] },
        new("outputs[].url", SettingKind.Text, "", "Its address, http:// or https://.") { IsLive = true },
        new("outputs[].url_file", SettingKind.Text, "", "A file that holds the address, where that is a secret.") { IsLive = true },
        new("outputs[].url_variable", SettingKind.Text, "", "A variable that holds it.") { IsLive = true },
        new("outputs[].address", SettingKind.Text, "", "Host and port of a syslog receiver.") { IsLive = true },
        new("outputs[].path", SettingKind.Text, "", "The file that notices are appended to.") { IsLive = true },
        new("outputs[].headers", SettingKind.NamedTexts, "", "More headers of the HTTP outputs.") { IsLive = true },
        new("outputs[].template", SettingKind.Text, "", "The JSON that a webhook is sent, with {{field}} places.") { IsLive = true },
        new("outputs[].token_file", SettingKind.Text, "", "A file that holds the token: HEC's, else a bearer token.") { IsLive = true },
        new("outputs[].token_variable", SettingKind.Text, "", "A variable that holds it.") { IsLive = true },
        new("outputs[].signing_key_file", SettingKind.Text, "", "A file that holds the key of a webhook's signature.") { IsLive = true },
        new("outputs[].signing_key_variable", SettingKind.Text, "", "A variable that holds it.") { IsLive = true },
        new("outputs[].tls", SettingKind.Flag, "true", "Whether syslog goes over TLS.") { IsLive = true },
        new("outputs[].authority", SettingKind.Text, "", "PEM file of the authorities that sign the receiver's certificate; the system's by default.") { IsLive = true },
        new("outputs[].allow_local", SettingKind.Flag, "false", "Whether the receiver may be on this machine, its links, or a cloud's metadata address.") { IsLive = true },
        new("outputs[].timeout_seconds", SettingKind.Number, "10", "How long the receiver may take.") { IsLive = true, Least = 1, Most = 300 },
        new("outputs[].most_per_minute", SettingKind.Number, "0", "The most messages a minute, the others wait; 0 for no limit.") { IsLive = true, Most = 100_000 },
        new("outputs[].most_tries", SettingKind.Number, "1000", "After so many tries a notice is a dead letter.") { IsLive = true, Least = 1, Most = 1_000_000 },
        new("outputs[].give_up_days", SettingKind.Number, "3", "After so many days a notice is a dead letter.") { IsLive = true, Most = 365 },
        new("outputs[].rotate_bytes", SettingKind.Number, "104857600", "A file of this size is rotated.") { IsLive = true, Least = 1024 },
        new("outputs[].keep_files", SettingKind.Number, "10", "How many rotated files are kept.") { IsLive = true, Most = 10_000 },
        new("outputs[].risk_index", SettingKind.Text, "risk", "The index that a HEC receiver keeps risk events in.") { IsLive = true },
        new("outputs[].notable_index", SettingKind.Text, "notable", "The index that it keeps findings in.") { IsLive = true },
        new("outputs[].resolve_after_seconds", SettingKind.Number, "86400", "How long an alert of Alertmanager fires that nobody renews.") { IsLive = true, Least = 60, Most = 31_536_000 },
        new("routes[].outputs", SettingKind.Texts, "", "Where notices go that fit; without routes every output gets findings, and risk events from score 40.") { IsLive = true },
        new("routes[].kinds", SettingKind.Texts, "", "What fits; both by default.") { IsLive = true, Words = ["risk_event", "finding"] },
        new("routes[].least_score", SettingKind.Number, "", "By default risk events from 40, findings of any score.") { IsLive = true },
        new("routes[].most_score", SettingKind.Number, "", "The highest score that fits.") { IsLive = true },
        new("routes[].tactics", SettingKind.Texts, "", "Names of ATT&CK tactics.") { IsLive = true },
        new("routes[].namespaces", SettingKind.Texts, "", "With * and ?.") { IsLive = true },
        new("routes[].namespace_labels", SettingKind.Texts, "", "`label=value` of the namespace, as the lookup `namespace_lookup` has it; with * and ?.") { IsLive = true },
        new("routes[].clusters", SettingKind.Texts, "", "With * and ?.") { IsLive = true },
        new("routes[].detections", SettingKind.Texts, "", "Names or ids, with * and ?.") { IsLive = true },
        new("routes[].group_by", SettingKind.Texts, "", "Notices that are equal in these are told together.") { IsLive = true, Words = NotifySettings.GroupWords },
        new("routes[].group_seconds", SettingKind.Number, "300", "The first of a group is told at once, what follows within this time together at its end.") { IsLive = true, Least = 1, Most = 86_400 },
        new("routes[].quiet.from", SettingKind.Text, "", "When notices are held: the first minute, HH:MM.") { IsLive = true },
        new("routes[].quiet.to", SettingKind.Text, "", "The first minute in which they are sent again.") { IsLive = true },
        new("routes[].quiet.time_zone", SettingKind.Text, "UTC", "Whose clocks that is.") { IsLive = true },
        new("routes[].quiet.days", SettingKind.Texts, "", "The days on which it starts; each by default.") { IsLive = true, Words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
        new("routes[].quiet.unless_score", SettingKind.Number, "", "From this score on notices are sent all the same.") { IsLive = true },
        new("files[].audit_from_containers", SettingKind.Texts, "", "Sourcetypes (kube:container:NAME, with * and ?) of containers whose output in these files may be audit events; none by default."),
        new("files[].falco_from_containers", SettingKind.Texts, "kube:container:falco", "Sourcetypes of containers whose output in these files may be Falco alerts."),
        new("telemetry.url", SettingKind.Text, "", "An OTLP receiver of the server's own metrics and log, http:// or https://; for HTTP the address before /v1/metrics."),
        new("telemetry.protocol", SettingKind.Text, "grpc", "What it speaks.") { Words = ["grpc", "http"] },
        new("telemetry.token_file", SettingKind.Text, "", "A file with the token that is sent as `Authorization: Bearer`."),
        new("telemetry.every_seconds", SettingKind.Number, "60", "How often metrics are sent.") { Least = 1, Most = 3600 },
        new("telemetry.log", SettingKind.Flag, "true", "Whether the log is sent as well."),
        new("masking.key_file", SettingKind.Text, "", "A file whose bytes key the hashes of masked values, so that servers hash alike; by default one in the data directory."),
        new("log.format", SettingKind.Text, "auto", "`text`, `json`, or `auto`: text on a terminal.") { Words = ["auto", "text", "json"] },
        new("log.level", SettingKind.Text, "info", "The least that is logged.") { Words = ["debug", "info", "warning", "error"] },
    ];
}
