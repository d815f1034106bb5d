using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Saker.Ingest;

/// <summary>The bytes are not the protobuf message they should be, or one that would fill the memory.</summary>
internal sealed class WireException(string message, bool isTooLarge = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it is sound but too much for one request: the sender may send it in smaller ones.</summary>
    public bool IsTooLarge => isTooLarge;
}

/// <summary>Reads protobuf messages of senders that are not trusted, and writes their numbers as JSON does.</summary>
internal static class Wire
{
    /// <summary>
    /// An empty nested message takes two bytes on the wire and about a hundred as an object: their number is bounded, not only their size. The
    /// largest batches that collectors send hold a tenth of this.
    /// </summary>
    public const int MostMessages = 1_000_000;

    /// <summary>Nesting beyond this is refused (the library's own bound).</summary>
    private const int Deepest = 100;

    public static T Parse<T>(MessageParser<T> parser, MessageDescriptor descriptor, ReadOnlyMemory<byte> message)
        where T : IMessage<T>
    {
        try
        {
            var left = MostMessages;
            Count(message.Span, descriptor, 0, ref left);
            return parser.ParseFrom(message.Span);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new WireException("not the protobuf message expected here: " + broken.Message, inner: broken);
        }
    }

    public static byte[] Text(ulong number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static byte[] Text(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number, or, as protobuf's JSON has it, <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>.</summary>
    public static byte[] Json(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(double.IsFinite(number) ? text : $"\"{text}\"");
    }

    /// <summary>Walks a message without building it: its grammar, its depth and the number of messages in it.</summary>
    private static void Count(ReadOnlySpan<byte> message, MessageDescriptor descriptor, int depth, ref int left)
    {
        if (depth > Deepest)
        {
            throw new WireException($"nested deeper than {Deepest}");
        }

        if (--left < 0)
        {
            throw new WireException($"more than {MostMessages:N0} nested messages in one request: send smaller batches", isTooLarge: true);
        }

        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var length = (tag & 7) switch
            {
                0 => VarintLength(message, at),
                1 => 8,
                2 => Length(message, ref at),
                5 => 4,
                _ => throw new WireException($"not the protobuf message expected here: wire type {tag & 7} at byte {at}"),
            };
            if (length < 0 || length > message.Length - at)
            {
                throw new WireException("not the protobuf message expected here: it ends inside a field");
            }

            if ((tag & 7) == 2 && (tag >> 3) <= int.MaxValue && descriptor.FindFieldByNumber((int)(tag >> 3)) is { FieldType: FieldType.Message } field)
            {
                Count(message.Slice(at, length), field.MessageType, depth + 1, ref left);
            }

            at += length;
        }
    }

    private static int Length(ReadOnlySpan<byte> message, ref int at)
    {
        var length = Varint(message, ref at);
        return length > int.MaxValue ? -1 : (int)length;
    }

    private static int VarintLength(ReadOnlySpan<byte> message, int at)
    {
        var end = at;
        Varint(message, ref end);
        return end - at;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70 && at < message.Length; shift += 7)
        {
            var b = message[at++];
            value |= shift < 64 ? (ulong)(b & 0x7F) << shift : 0;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new WireException("not the protobuf message expected here: a number does not end");
    }
}
