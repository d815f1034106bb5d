using System.Text;
using Saker.Events;

namespace Saker.Ingest;

/// <summary>Decides an event's <c>_time</c> from the stamps that it and its envelope carry.</summary>
internal static class EventTime
{
    private const long Ahead = 5 * 60 * Timestamp.Second;
    /// <summary>A stamp before this is not believed.</summary>
    public static readonly long Earliest = Timestamp.Add(new DateOnly(2010, 1, 1), 0);

    /// <summary>A stamp as ISO 8601 text, or as a count since 1970; null if it is neither.</summary>
    public static long? Read(JsonValue stamp)
    {
        var text = stamp.Content;
        if (stamp.IsString && Timestamp.TryRead(text, out var time, out _))
        {
            return time;
        }

        return (stamp.IsString || stamp.IsNumber) && Timestamp.TryReadEpoch(text, out time) ? time : null;
    }

    /// <summary>The stamp of an object of no kind we know: <c>_time</c> as Splunk writes its results, else what shippers call it.</summary>
    public static long? OfObject(JsonObjectScan scan) =>
        Read(scan["_time"u8]) ?? Read(scan["@timestamp"u8]) ?? Read(scan["timestamp"u8]) ?? Read(scan["time"u8]);

    /// <summary>A stamp as ISO 8601 text only: a cut one (<c>"20</c>) must not read as a count.</summary>
    public static long? ReadIso(JsonValue stamp) => stamp.IsString && Timestamp.TryRead(stamp.Content, out var time, out _) ? time : null;

    /// <summary>
    /// The stamp, or arrival where there is none, or where it lies before 2010 or more than five minutes ahead of arrival: then
    /// <paramref name="replaced"/> is true and the stamp is kept beside.
    /// </summary>
    public static long Settle(long? stamp, long arrival, out bool replaced)
    {
        replaced = stamp is { } time && (time < Earliest || time > arrival + Ahead);
        return stamp is null || replaced ? arrival : stamp.Value;
    }

    /// <summary>
    /// The time that a clock without a date tells (<c>11:07:54.233793746</c>). An envelope's own time within an hour dates it exactly and
    /// gains its precision; one further away means that the clock runs in another time zone, and the envelope is believed.
    /// </summary>
    public static long Date(long clock, RecordDecoder decoder, long? envelope)
    {
        if (envelope is { } near)
        {
            var midnight = near - (near % Timestamp.Day);
            for (var day = -1; day <= 1; day++)
            {
                var candidate = midnight + (day * Timestamp.Day) + clock;
                if (Math.Abs(candidate - near) < 3600 * Timestamp.Second)
                {
                    return candidate;
                }
            }

            return near;
        }

        var time = Timestamp.Add(decoder.Day, clock);

        // Just after midnight the file's day is already the next one.
        return time > decoder.Arrival + Ahead && decoder.Options.Date is null && time - decoder.Arrival < Timestamp.Day ? time - Timestamp.Day : time;
    }

    /// <summary>The time at the start of a line of text: ISO 8601, or syslog's <c>Sep 15 11:07:54</c>.</summary>
    public static long? OfLine(ReadOnlySpan<byte> line, RecordDecoder decoder)
    {
        line = line.TrimStart("[\" "u8);
        if (Timestamp.TryRead(line, out var time, out _))
        {
            return time;
        }

        return Timestamp.TryReadSyslog(line, decoder.Day, out var date, out var clock, out _) ? Timestamp.Add(date, clock) : null;
    }

    public static byte[] Text(long stamp) => Encoding.ASCII.GetBytes(Timestamp.Format(stamp));
}
