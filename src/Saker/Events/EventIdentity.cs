using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Scanning;

namespace Saker.Events;

/// <summary>
/// The identity of an event that may arrive more than once: a hash of all it says. The items of an EventList lack kind and apiVersion,
/// which the same event in a log file has, so those two are left out; so is the white space that a forwarder adds or takes away.
/// </summary>
internal static class EventIdentity
{
    /// <summary>
    /// Audit events, Tetragon's and Falco's JSON alerts have an identity: what they say, whole. Never an id that a client may choose. Equal lines
    /// of text, and equal data points, are legitimate repeats: null. A second view of an event is not a repeat of it.
    /// </summary>
    public static UInt128? Of(Event e, EventKind kind, bool isView = false)
    {
        if (!Has(e, kind))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(e.Raw.Span, hash);
        var identity = BinaryPrimitives.ReadUInt128BigEndian(hash);
        return isView ? identity ^ BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(e.Sourcetype))) : identity;
    }

    /// <summary>As <see cref="Of"/>, but by a hash that is good for this run of the program only, and quick: for those who read each event once.</summary>
    public static Key128? OfRun(Event e, EventKind kind, bool isView = false)
    {
        if (!Has(e, kind))
        {
            return null;
        }

        var json = e.Raw.Span;
        var buffer = ArrayPool<byte>.Shared.Rent((2 * json.Length) + 2);
        try
        {
            var identity = RunHash.Of(buffer.AsSpan(0, Gather(json, buffer)));
            return isView ? identity.Xor(RunHash.Of(Encoding.UTF8.GetBytes(e.Sourcetype))) : identity;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Has(Event e, EventKind kind) => kind is EventKind.Audit or EventKind.Tetragon || (kind == EventKind.Falco && e.IsJson);

    /// <summary>SHA-256 of the JSON object's members other than <c>kind</c> and <c>apiVersion</c>, as they are written but for white space between them.</summary>
    public static void Hash(ReadOnlySpan<byte> json, Span<byte> hash)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((2 * json.Length) + 2);
        try
        {
            SHA256.HashData(buffer.AsSpan(0, Gather(json, buffer)), hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the members that count, each with a colon and a comma; what cannot be stepped through counts as it stands.</summary>
    internal static int Gather(ReadOnlySpan<byte> json, Span<byte> into)
    {
        Span<int> keys = stackalloc int[CompactJson.MostEnvelopeKeys];
        return CompactJson.TryFind(json, keys, out var count) ? GatherCompact(json, keys[..count], into) : GatherEach(json, into);
    }

    /// <summary>The common case: all that stands in the braces, without the members left out.</summary>
    private static int GatherCompact(ReadOnlySpan<byte> json, ReadOnlySpan<int> leftOut, Span<byte> into)
    {
        var (length, from) = (0, 1);
        foreach (var key in leftOut)
        {
            json[from..key].CopyTo(into[length..]);
            length += key - from;
            var value = JsonSkip.String(json, key, out _) + 1;
            from = JsonSkip.Value(json, value);
            from += json[from] == (byte)',' ? 1 : 0;
        }

        json[from..^1].CopyTo(into[length..]);
        length += json.Length - 1 - from;
        if (length > 0 && into[length - 1] != (byte)',')
        {
            into[length++] = (byte)',';
        }

        "}\n"u8.CopyTo(into[length..]);
        return length + 2;
    }

    /// <summary>The same, member for member and byte for byte.</summary>
    internal static int GatherEach(ReadOnlySpan<byte> json, Span<byte> into)
    {
        var length = 0;
        var index = JsonSkip.WhiteSpace(json, 0);
        index = index < json.Length && json[index] == (byte)'{' ? JsonSkip.WhiteSpace(json, index + 1) : 0;
        while (index < json.Length && json[index] == (byte)'"')
        {
            var keyEnd = JsonSkip.String(json, index, out _);
            var colon = keyEnd < 0 ? json.Length : JsonSkip.WhiteSpace(json, keyEnd);
            var start = colon < json.Length && json[colon] == (byte)':' ? JsonSkip.WhiteSpace(json, colon + 1) : -1;
            var end = start < 0 ? -1 : JsonSkip.Value(json, start);
            if (end < 0)
            {
                break;
            }

            if (!IsEnvelope(json[index..keyEnd]))
            {
                length = Append(into, length, json[index..keyEnd], (byte)':');
                length = Append(into, length, json[start..end], (byte)',');
            }

            index = JsonSkip.WhiteSpace(json, end);
            index = index < json.Length && json[index] == (byte)',' ? JsonSkip.WhiteSpace(json, index + 1) : index;
        }

        return Append(into, length, json[Math.Min(index, json.Length)..], (byte)'\n');
    }

    private static int Append(Span<byte> into, int length, ReadOnlySpan<byte> bytes, byte mark)
    {
        while (!bytes.IsEmpty)
        {
            var quote = bytes.IndexOf((byte)'"');
            length = AppendOutsideText(into, length, quote < 0 ? bytes : bytes[..quote]);
            bytes = quote < 0 ? default : bytes[quote..];
            var end = bytes.IsEmpty ? 0 : JsonSkip.String(bytes, 0, out _);
            end = end < 0 ? bytes.Length : end;
            bytes[..end].CopyTo(into[length..]);
            length += end;
            bytes = bytes[end..];
        }

        into[length] = mark;
        return length + 1;
    }

    private static int AppendOutsideText(Span<byte> into, int length, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var space = bytes.IndexOfAny(" \t\r\n"u8);
            var run = space < 0 ? bytes : bytes[..space];
            run.CopyTo(into[length..]);
            length += run.Length;
            bytes = space < 0 ? default : bytes[(space + 1)..];
        }

        return length;
    }

    private static bool IsEnvelope(ReadOnlySpan<byte> key) => key.SequenceEqual("\"kind\""u8) || key.SequenceEqual("\"apiVersion\""u8);
}
