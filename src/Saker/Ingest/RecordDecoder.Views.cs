namespace Saker.Ingest;

/// <summary>Second views: an audit event as it was wrapped, for searches that read the wrapping.</summary>
internal sealed partial class RecordDecoder
{
    private readonly JsonOut view = new();

    /// <summary>Tells of the views that are wanted. What is masked in the event is masked in them: they are built from its masked text.</summary>
    private void TellViews(ReadOnlyMemory<byte> masked, long time, Wrapping wrapping, EventKind kind)
    {
        var views = options.Views;
        if (views.IsEmpty)
        {
            return;
        }

        var sent = wrapping.Sourcetype is { } given && views.Sent.Contains(given) ? given : null;
        switch (wrapping.Envelope?.Form)
        {
            case EnvelopeForm.AksRecord:
                AksRecord.WriteView(view, wrapping.Envelope.Json, masked);
                foreach (var sourcetype in views.AksRecords)
                {
                    // Records that come without a name are shown under each that is asked for.
                    if (wrapping.Sourcetype is null || string.Equals(wrapping.Sourcetype, sourcetype, StringComparison.OrdinalIgnoreCase))
                    {
                        TellView(view.Written, default, time, sourcetype, wrapping, kind);
                    }
                }

                break;
            case EnvelopeForm.LogEntry:
                GkeLogEntry.WriteView(view, wrapping.Envelope.Json, masked);
                extra.Clear();
                GkeLogEntry.WriteFields(Extra, wrapping.Envelope.Json);
                extra.Close();
                TellView(view.Written, extra.Written, time, WrappedViews.PubSub, wrapping, kind);
                break;
            case EnvelopeForm.CloudWatch:
                TellView(masked, default, time, WrappedViews.Eks, wrapping, kind);
                break;
            case null when sent is not null:
                TellView(masked, extra.Written, time, sent, wrapping, kind);
                break;
        }
    }

    /// <summary>A view for an index that is not the sender's to name is left out: it is one more of an event that stands elsewhere, or was rejected.</summary>
    private void TellView(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> fields, long time, string sourcetype, Wrapping wrapping, EventKind kind)
    {
        var index = wrapping.Index ?? "main";
        if (options.ReservedIndexes.Contains(index) && !wrapping.Granted.Contains(index))
        {
            return;
        }

        sink.AcceptView(
            new Spl.Execution.Event
            {
                Raw = raw,
                Extra = fields,
                TimeNanoseconds = time,
                IndexTimeNanoseconds = arrival,
                Index = index,
                Source = wrapping.Source ?? place.Name,
                Sourcetype = sourcetype,
                Host = wrapping.Host ?? "",
                Cluster = wrapping.Cluster ?? options.Cluster,
            },
            kind);
    }
}
