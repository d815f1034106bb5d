using Saker.Spl.Execution;

namespace Saker.Ingest;

/// <summary>Names, dates and hands on what was recognised.</summary>
internal sealed partial class RecordDecoder
{
    public const string KubernetesIndex = "kubernetes";
    public const string KubernetesSource = "kubernetes";
    public const string AuditSourcetype = "_json";
    private const string Text = "text";
    private readonly Dictionary<string, string> names = [];

    /// <summary>The event's fields beside its text; opened by the first.</summary>
    private JsonOut Extra => extra.IsEmpty ? extra.Open() : extra;

    public void EmitAudit(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping, bool truncated)
    {
        extra.Clear();
        var time = Settle(AuditEvent.Time(scan) ?? wrapping.Time);
        AddOrigin(wrapping, KubernetesSource, AuditSourcetype);
        AddFields(wrapping);
        if (truncated)
        {
            Extra.Add("truncated"u8, "true"u8);
        }

        var masked = masker.Mask(json);
        Tell(masked, time, KubernetesIndex, KubernetesSource, AuditSourcetype, wrapping, EventKind.Audit, truncated);
        TellViews(masked, time, wrapping, EventKind.Audit);
    }

    /// <summary>An audit event that was mapped from another form; its document has no stamp but those given.</summary>
    public void EmitMapped(ReadOnlyMemory<byte> json, Wrapping wrapping)
    {
        var scan = levels[wrapping.Depth].Scan;
        scan.Scan(json);
        EmitAudit(json, scan, wrapping, truncated: false);
    }

    public void EmitFalco(ReadOnlyMemory<byte> raw, FalcoFields fields, long? stamp, string? host, Wrapping wrapping)
    {
        const string sourcetype = "kube:container:falco";
        extra.Clear();
        var time = Settle(stamp ?? wrapping.Time);
        AddOrigin(wrapping, KubernetesSource, sourcetype);
        if (host is not null && wrapping.Host is not null && host != wrapping.Host)
        {
            Extra.Add("origin.host"u8, wrapping.Host);
        }

        AddFields(wrapping);
        fields.WriteTo(Extra);
        Tell(raw, time, KubernetesIndex, KubernetesSource, sourcetype, host is null ? wrapping : wrapping with { Host = host }, EventKind.Falco);
        TellViews(raw, time, host is null ? wrapping : wrapping with { Host = host }, EventKind.Falco);
    }

    /// <summary>A metric point whose flat JSON stands in <see cref="Build"/>.</summary>
    public void EmitMetric(long? stamp, Wrapping wrapping)
    {
        extra.Clear();
        var time = Settle(stamp ?? wrapping.Time);
        Tell(Build.Written, time, "kubernetes_metrics", wrapping.Source ?? "", wrapping.Sourcetype ?? "", wrapping, EventKind.Metric);
    }

    /// <summary>What came as a log record and stays named as it was sent; unless it is text, its grammar has been checked.</summary>
    public void EmitNamed(ReadOnlyMemory<byte> raw, long? stamp, string sourcetype, EventKind kind, Wrapping wrapping)
    {
        extra.Clear();
        var time = Settle(stamp ?? wrapping.Time);
        AddFields(wrapping);
        var masked = sourcetype == Text ? raw : masker.Mask(raw);
        Tell(masked, time, wrapping.Index ?? "main", wrapping.Source ?? place.Name, wrapping.Sourcetype ?? sourcetype, wrapping, kind);
    }

    /// <summary>The same text for the same name: names repeat from event to event.</summary>
    public string Intern(string name)
    {
        if (names.TryGetValue(name, out var known))
        {
            return known;
        }

        // A sender that makes up names must not fill the memory.
        if (names.Count < 10_000)
        {
            names.Add(name, name);
        }

        return name;
    }

    private void Unknown(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        EmitNamed(json, wrapping.Time ?? EventTime.OfObject(scan), "json", wrapping.Otherwise, Described(scan, wrapping));
    }

    /// <summary>
    /// An object in a file that was named on purpose says itself which host, sourcetype and index it has, as rows that a search wrote do:
    /// <c>{"_time":…,"host":"db1",…}</c>. What came over the network, or what a container printed, is not asked.
    /// </summary>
    private Wrapping Described(JsonObjectScan scan, Wrapping wrapping) =>
        wrapping.Trust is not null || wrapping.Depth > 0 || ContentTrust.IsOfContainer(wrapping) ? wrapping : wrapping with
        {
            Host = wrapping.Host ?? NameIn(scan["host"u8]),
            Sourcetype = wrapping.Sourcetype ?? NameIn(scan["sourcetype"u8]),
            Index = wrapping.Index ?? NameIn(scan["index"u8]),
        };

    private string? NameIn(JsonValue value) => value.IsString && value.AsTextOrNull() is { Length: > 0 } name ? Intern(name) : null;

    private void PlainText(ReadOnlyMemory<byte> text, Wrapping wrapping)
    {
        if (wrapping.Depth == 0 && IsPieceOfJson(text.Span))
        {
            Reject("not valid JSON: a piece of a document that broke off before");
            return;
        }

        var kind = wrapping.Otherwise == EventKind.Log && IsKubeSourcetype(wrapping.Sourcetype) ? EventKind.KubeEvent : wrapping.Otherwise;
        EmitNamed(text, wrapping.Time ?? EventTime.OfLine(text.Span, this), Text, kind, wrapping);
    }

    /// <summary><c>"stage": "ResponseComplete",</c> or <c>},</c> alone on a line, after its document proved to be broken.</summary>
    private static bool IsPieceOfJson(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)'}' or (byte)']')
        {
            return line.TrimEnd("}], \t"u8).IsEmpty;
        }

        var end = line[0] == '"' ? Spl.Scanning.JsonSkip.String(line, 0, out _) : -1;
        return end > 0 && end < line.Length && line[end] == ':';
    }

    private long Settle(long? stamp)
    {
        var time = EventTime.Settle(stamp, arrival, out var replaced);
        if (replaced)
        {
            Extra.Add("origin.time"u8, EventTime.Text(stamp!.Value));
        }

        return time;
    }

    private void AddOrigin(Wrapping wrapping, string source, string sourcetype)
    {
        if (wrapping.Source is not null && wrapping.Source != source)
        {
            Extra.Add("origin.source"u8, wrapping.Source);
        }

        if (wrapping.Sourcetype is not null && wrapping.Sourcetype != sourcetype)
        {
            Extra.Add("origin.sourcetype"u8, wrapping.Sourcetype);
        }
    }

    private void AddFields(Wrapping wrapping)
    {
        if (!wrapping.Fields.IsEmpty)
        {
            Extra.AddJson(wrapping.Fields.Span);
        }
    }

    private void Tell(
        ReadOnlyMemory<byte> raw, long time, string index, string source, string sourcetype, Wrapping wrapping, EventKind kind, bool truncated = false)
    {
        if (options.ReservedIndexes.Contains(index) && !wrapping.Granted.Contains(index))
        {
            Reject($"index `{index}` is Saker's own: no sender may name it");
            return;
        }

        if (!extra.IsEmpty)
        {
            extra.Close();
        }

        told++;
        sink.Accept(
            new Event
            {
                Raw = raw,
                Extra = extra.Written,
                TimeNanoseconds = time,
                IndexTimeNanoseconds = arrival,
                Index = index,
                Source = source,
                Sourcetype = sourcetype,
                Host = wrapping.Host ?? "",
                Cluster = wrapping.Cluster ?? options.Cluster,
                IsMetric = kind == EventKind.Metric,
            },
            kind,
            truncated);
    }
}
