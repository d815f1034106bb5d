using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Cli.Sending;

/// <summary>The records of files, as an endpoint takes them, their times moved where asked.</summary>
internal sealed partial class ReplayEvents(IReadOnlyList<InputFile> files, HecLabels labels, bool isRaw)
{
    private static readonly string[] EnvelopeKeys = ["event", "time", "host", "source", "sourcetype", "index", "fields"];

    /// <summary>By how much the newest event's time lies before now.</summary>
    public TimeSpan ShiftToNow(TimeProvider clock, CancellationToken cancellation)
    {
        var newest = new NewestTime();
        foreach (var file in files)
        {
            new InputReader(new IngestOptions { Clock = clock }).Read(file.Open(), file.Path, file.Day, newest, cancellation);
        }

        return newest.Nanoseconds == long.MinValue ? TimeSpan.Zero : clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(newest.Nanoseconds / 100);
    }

    public IEnumerable<byte[]> Read(TimeSpan shift, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            using var framer = new RecordFramer(file.Open(), new IngestOptions());
            while (framer.Next() is { } batch)
            {
                using (batch)
                {
                    foreach (var record in batch.Records.Where(r => r.Rejected is null))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        if (!RecordDecoder.Trim(batch[record]).IsEmpty)
                        {
                            yield return Make(RecordDecoder.Trim(batch[record]), shift);
                        }
                    }
                }
            }
        }
    }

    private byte[] Make(ReadOnlyMemory<byte> record, TimeSpan shift)
    {
        var text = shift == TimeSpan.Zero ? record.ToArray() : Encoding.UTF8.GetBytes(Move(Encoding.UTF8.GetString(record.Span), shift));
        if (isRaw)
        {
            // One event is one line.
            return [.. text.Select(b => b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b)];
        }

        using var document = TryParse(text);
        return document is not null && IsEnvelope(document.RootElement) ? Compact(document.RootElement) : Wrap(text, document);
    }

    private byte[] Wrap(byte[] text, JsonDocument? document)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Output.JsonOutput.Options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in ((string, string?)[])[("source", labels.Source), ("sourcetype", labels.Sourcetype), ("index", labels.Index), ("host", labels.Host)])
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }

            json.WritePropertyName("event");
            if (document is not null)
            {
                document.RootElement.WriteTo(json);
            }
            else
            {
                json.WriteStringValue(Encoding.UTF8.GetString(text));
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static byte[] Compact(JsonElement element)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Output.JsonOutput.Options))
        {
            element.WriteTo(json);
        }

        return stream.ToArray();
    }

    private static JsonDocument? TryParse(byte[] text)
    {
        try
        {
            return text is [(byte)'{', ..] ? JsonDocument.Parse(text) : null;
        }
        catch (JsonException)
        {
            // Cut-off and broken lines are part of what a test may want to send: as text.
            return null;
        }
    }

    private static bool IsEnvelope(JsonElement root)
    {
        var names = root.EnumerateObject().Select(p => p.Name).ToList();
        return names.Contains("event") && names.All(EnvelopeKeys.Contains);
    }

    /// <summary>Moves every time that the text writes as ISO 8601, as nanoseconds (OTLP), or as seconds under the keys that transports use.</summary>
    internal static string Move(string text, TimeSpan shift)
    {
        text = Iso().Replace(text, match => MoveIso(match, shift));
        text = UnixNano().Replace(text, match => match.Groups[1].Value + (long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) + (shift.Ticks * 100)).ToString(CultureInfo.InvariantCulture));
        return UnixSeconds().Replace(text, match => match.Groups[1].Value + (decimal.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) + Math.Round((decimal)shift.Ticks / TimeSpan.TicksPerSecond, 6)).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Written as it was: as many digits, the same zone.</summary>
    private static string MoveIso(Match match, TimeSpan shift)
    {
        var (clock, fraction, zone) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        if (!DateTime.TryParseExact(clock.Replace(' ', 'T'), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return match.Value;
        }

        var digits = fraction.TrimStart('.');
        var moved = time.AddTicks(digits.Length == 0 ? 0 : (long)(decimal.Parse("0." + digits, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond)) + shift;
        var written = moved.ToString($"yyyy-MM-dd'{clock[10]}'HH:mm:ss", CultureInfo.InvariantCulture);
        return digits.Length == 0 ? written + zone : $"{written}.{(moved.Ticks % TimeSpan.TicksPerSecond).ToString("D7").PadRight(9, '0')[..Math.Min(9, digits.Length)]}{zone}";
    }

    [GeneratedRegex(@"(?<!\d)(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex("(\"(?:t|startT|observedT)imeUnixNano\"\\s*:\\s*\"?)(\\d{16,19})(?!\\d)", RegexOptions.CultureInvariant)]
    private static partial Regex UnixNano();

    [GeneratedRegex("(\"(?:time|_time)\"\\s*:\\s*\"?)(\\d{9,10}(?:\\.\\d+)?)(?=[\\s,}\"])", RegexOptions.CultureInvariant)]
    private static partial Regex UnixSeconds();

    /// <summary>Keeps the newest time of all that was recognised.</summary>
    private sealed class NewestTime : IDecodeSink
    {
        public long Nanoseconds { get; private set; } = long.MinValue;

        public void Accept(Event e, EventKind kind, bool truncated)
        {
            // What carries no stamp has the time of its arrival, which says nothing.
            if (e.TimeNanoseconds != e.IndexTimeNanoseconds)
            {
                Nanoseconds = Math.Max(Nanoseconds, e.TimeNanoseconds);
            }
        }

        public void Other(string reason)
        {
        }

        public void Reject(in RecordPlace place, string reason)
        {
        }
    }
}
