using System.Buffers;

namespace Saker.Ingest;

/// <summary>
/// Turns records (a line, or a JSON document) into events: recognises each by its content, takes it out of what it is wrapped in, and names,
/// dates and masks it. Holds scratch buffers: one instance a worker, not thread-safe.
/// </summary>
internal sealed partial class RecordDecoder
{
    private readonly IngestOptions options;
    private readonly SecretMasker masker;
    private readonly Level[] levels = new Level[Wrapping.Deepest + 2];
    private readonly JsonOut extra = new();
    private long told;
    private long arrival;
    private IDecodeSink sink = null!;
    private RecordPlace place;

    public RecordDecoder(IngestOptions options)
    {
        this.options = options;
        masker = new SecretMasker(options.MaskKey);
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = new Level(options.DeepestNesting);
        }
    }

    public IngestOptions Options => this.options;

    /// <summary>Where JSON is built that did not arrive as such (a metric point, a mapped GKE entry): one item at a time.</summary>
    public JsonOut Build { get; } = new();

    /// <summary>The day of a clock that carries none.</summary>
    public DateOnly Day => this.options.Date ?? (this.place.FileDay == default ? Events.Timestamp.DayOf(arrival) : this.place.FileDay);

    public long Arrival => arrival;

    public void Decode(ReadOnlyMemory<byte> record, in RecordPlace place, IDecodeSink sink) => Decode(record, place, sink, Wrapping.None);

    /// <summary>As <see cref="Decode(ReadOnlyMemory{byte}, in RecordPlace, IDecodeSink)"/>, with what the transport around the record said of it (a token's cluster).</summary>
    public void Decode(ReadOnlyMemory<byte> record, in RecordPlace place, IDecodeSink sink, Wrapping wrapping)
    {
        this.sink = sink;
        this.place = place;
        arrival = (this.options.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        var before = told;
        Content(record, wrapping);
        if (told == before)
        {
            Other("nothing in it");
        }
    }

    /// <summary>As <see cref="Decode(ReadOnlyMemory{byte}, in RecordPlace, IDecodeSink, Wrapping)"/>, a record that its protocol says is a HEC event, whatever keys it has.</summary>
    public void DecodeHec(ReadOnlyMemory<byte> record, in RecordPlace place, IDecodeSink sink, Wrapping wrapping)
    {
        this.sink = sink;
        this.place = place;
        arrival = (this.options.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        var scan = levels[wrapping.Depth].Scan;
        if (scan.Scan(record))
        {
            Unwrap(HecEnvelope.Unwrap, scan, wrapping, "empty HEC event");
        }
        else
        {
            Reject(scan.Reason);
        }
    }

    /// <summary>Decodes what stands in an envelope, or a whole record: known or not, it is told of once.</summary>
    public void Content(ReadOnlyMemory<byte> content, Wrapping wrapping)
    {
        content = Trim(content);
        if (content.IsEmpty)
        {
            Other("empty");
        }
        else if (wrapping.Depth > Wrapping.Deepest)
        {
            Reject($"wrapped more than {Wrapping.Deepest} deep");
        }
        else if (IsDistrusted(wrapping))
        {
            if (wrapping.IsContainerOutput || !TryRuntime(content, wrapping))
            {
                ContentOfContainer(content, wrapping);
            }
        }
        else if (content.Span[0] == '{')
        {
            Documents(content, wrapping);
        }
        else if (!TryText(content, wrapping))
        {
            PlainText(content, wrapping);
        }
    }

    /// <summary>Decodes a text if it is of a kind we know; if not, nothing is told.</summary>
    public bool TryContent(ReadOnlyMemory<byte> content, Wrapping wrapping)
    {
        content = Trim(content);
        if (content.IsEmpty || wrapping.Depth > Wrapping.Deepest || IsDistrusted(wrapping))
        {
            return false;
        }

        if (content.Span[0] != '{')
        {
            return TryText(content, wrapping);
        }

        var scan = levels[wrapping.Depth].Scan;
        return scan.Scan(content)
            ? Trim(content[scan.End..]).IsEmpty && TryObject(content, scan, wrapping)
            : TryTruncated(content, wrapping);
    }

    /// <summary>A string's meaning as UTF-8, in a buffer of this level of nesting; anything else as written.</summary>
    public ReadOnlyMemory<byte> TextOf(JsonValue value, int depth)
    {
        if (!value.IsString || value.Content.IndexOf((byte)'\\') < 0)
        {
            return value.IsString ? value.Text[1..^1] : value.Text;
        }

        var text = levels[depth].Text;
        text.ResetWrittenCount();
        // At once as large as it may become: a large one that grows by doubling leaves as much garbage again.
        text.GetSpan(value.Content.Length);
        JsonUnescape.Append(value.Content, text);
        return text.WrittenMemory;
    }

    public void Other(string reason)
    {
        told++;
        this.sink.Other(reason);
    }

    public void Reject(string reason)
    {
        told++;
        this.sink.Reject(this.place, reason);
    }

    /// <summary>Runs an envelope's unwrapping; says so if nothing was in it. Always true: the envelope was known.</summary>
    private bool Unwrap(Action<RecordDecoder, JsonObjectScan, Wrapping> unwrap, JsonObjectScan scan, Wrapping wrapping, string nothing)
    {
        var before = told;
        unwrap(this, scan, wrapping);
        if (told == before)
        {
            Other(nothing);
        }

        return true;
    }

    /// <summary>One or more JSON documents in a row, as Firehose and HEC deliver them.</summary>
    private void Documents(ReadOnlyMemory<byte> content, Wrapping wrapping)
    {
        var scan = levels[wrapping.Depth].Scan;
        while (!content.IsEmpty)
        {
            if (content.Span[0] != '{')
            {
                Content(content, wrapping.Inside());
                break;
            }

            if (!scan.Scan(content))
            {
                Broken(content, scan, wrapping);
                break;
            }

            var end = scan.End;
            if (!TryDockerLine(scan, wrapping) && !TryObject(content[..end], scan, wrapping))
            {
                Unknown(content[..end], scan, wrapping);
            }

            content = Trim(content[end..]);
            content = content.IsEmpty || content.Span[0] != ',' ? content : Trim(content[1..]);
        }

        FlushDockerLines(wrapping);
    }

    private void Broken(ReadOnlyMemory<byte> content, JsonObjectScan scan, Wrapping wrapping)
    {
        if (TryTruncated(content, wrapping))
        {
            return;
        }

        // The attempt to recover scans other text: scan again for the reason.
        scan.Scan(content);
        if (wrapping.Depth > 0 && scan.Stop == JsonStop.Syntax && content.Span[1..scan.End].Trim(White).IsEmpty)
        {
            // A wrapped line may start with a brace and be no JSON: "{web} started".
            PlainText(content, wrapping);
        }
        else
        {
            Reject(scan.Reason);
        }
    }

    internal static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        var span = text.Span;
        if (span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        return text.TrimStart(White).TrimEnd(White);
    }

    private static ReadOnlySpan<byte> White => " \t\r\n\0"u8;

    private sealed class Level(int deepest)
    {
        public JsonObjectScan Scan { get; } = new(deepest);

        public ArrayBufferWriter<byte> Text { get; } = new();
    }
}
