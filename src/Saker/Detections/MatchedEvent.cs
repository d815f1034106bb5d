using System.Security.Cryptography;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>An event that some request wants, with a copy of its bytes in the batch's buffer, on the way from a worker to the spool.</summary>
internal sealed record MatchedEvent(Event Event, EventKind Kind, int[] Requests, UInt128? Identity)
{
    /// <summary>Copies an event out of the reader's buffers into the batch's.</summary>
    public static MatchedEvent Copy(Event e, EventKind kind, IReadOnlyList<int> requests, CopyBuffer buffer, bool isView = false) => new(
        new Event
        {
            Raw = buffer.Copy(e.Raw.Span),
            Extra = buffer.Copy(e.Extra.Span),
            TimeNanoseconds = e.TimeNanoseconds,
            IndexTimeNanoseconds = e.IndexTimeNanoseconds,
            Index = e.Index,
            Source = e.Source,
            Sourcetype = e.Sourcetype,
            Host = e.Host,
            Cluster = e.Cluster,
            IsMetric = e.IsMetric,
        },
        kind,
        [.. requests],
        isView && IdentityOf(e, kind) is { } identity ? identity ^ OfName(e.Sourcetype) : IdentityOf(e, kind));

    /// <summary>A second view of an event is not a repeat of it.</summary>
    private static UInt128 OfName(string sourcetype) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sourcetype)));

    /// <summary>
    /// Audit events, Tetragon's and Falco's JSON alerts have an identity: what they say, whole. Never an id that a client may choose. Equal lines
    /// of text, and equal data points, are legitimate repeats.
    /// </summary>
    private static UInt128? IdentityOf(Event e, EventKind kind)
    {
        if (kind is not (EventKind.Audit or EventKind.Tetragon) && !(kind == EventKind.Falco && e.IsJson))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        EventIdentity.Hash(e.Raw.Span, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
