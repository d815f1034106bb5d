using System.IO.Compression;
using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Tests.Ingest;

/// <summary>Reads a text as one input and keeps copies of what came out.</summary>
internal sealed class Reading : IDecodeSink
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Day = new(2026, 5, 20);

    private Reading()
    {
    }

    public IngestCounts Counts { get; } = new();

    public List<Event> Events { get; } = [];

    public List<Event> Views { get; } = [];

    public List<EventKind> Kinds { get; } = [];

    public List<string> Others { get; } = [];

    public Event Only => Xunit.Assert.Single(Events);

    public string Raw => Text(Only.Raw);

    public string Extra => Text(Only.Extra);

    public string Tally => $"{Counts.Recognised} {Counts.Other} {Counts.Rejected}";

    public static Reading Of(string text, IngestOptions? options = null) => Of(Encoding.UTF8.GetBytes(text), options);

    public static Reading Of(byte[] bytes, IngestOptions? options = null) => Of(new MemoryStream(bytes), options);

    public static Reading Of(Stream stream, IngestOptions? options = null, string name = "in.log")
    {
        var reading = new Reading();
        options = (options ?? new IngestOptions()) with { Clock = new At(Now) };
        new InputReader(options).Read(stream, name, Day, new CountingSink(reading, reading.Counts), default);
        return reading;
    }

    /// <summary>What another way of decoding than by content tells the sink.</summary>
    public static Reading By(Action<RecordDecoder, RecordPlace, IDecodeSink> decode, IngestOptions? options = null)
    {
        var reading = new Reading();
        var decoder = new RecordDecoder((options ?? new IngestOptions()) with { Clock = new At(Now) });
        decode(decoder, new RecordPlace("in.log", 1, Day), new CountingSink(reading, reading.Counts));
        return reading;
    }

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return to.ToArray();
    }

    /// <summary>As JSON string content.</summary>
    public static string Quoted(string text) => '"' + System.Text.Json.JsonEncodedText.Encode(text).ToString() + '"';

    public static string Time(Event e) => Saker.Events.Timestamp.Format(e.TimeNanoseconds);

    public void Accept(Event e, EventKind kind, bool truncated)
    {
        Kinds.Add(kind);
        Events.Add(Copy(e));
    }

    public void AcceptView(Event e, EventKind kind) => Views.Add(Copy(e));

    private static Event Copy(Event e) =>
        new()
        {
            Raw = e.Raw.ToArray(),
            Extra = e.Extra.ToArray(),
            TimeNanoseconds = e.TimeNanoseconds,
            IndexTimeNanoseconds = e.IndexTimeNanoseconds,
            Index = e.Index,
            Source = e.Source,
            Sourcetype = e.Sourcetype,
            Host = e.Host,
            Cluster = e.Cluster,
            IsMetric = e.IsMetric,
        };

    public void Other(string reason) => Others.Add(reason);

    public void Reject(in RecordPlace place, string reason)
    {
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
