using System.Buffers.Text;

namespace Saker.Ingest;

/// <summary>
/// How Pub/Sub pushes a log entry: <c>{"message":{"data":"eyJpbnNlcnRJZCI6…","messageId":"1"},"subscription":"projects/p/subscriptions/s"}</c>;
/// pulled, the same stands under <c>receivedMessages</c>.
/// </summary>
internal static class PubSubMessage
{
    public static bool TryUnwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        var message = scan["message"u8];
        if (message.IsObject && IsBase64(message["data"u8]))
        {
            Unwrap(decoder, message, wrapping);
            return true;
        }

        var known = false;
        foreach (var received in scan["receivedMessages"u8].Elements)
        {
            known = true;
            Unwrap(decoder, received["message"u8], wrapping);
        }

        return known;
    }

    private static void Unwrap(RecordDecoder decoder, JsonValue message, Wrapping wrapping)
    {
        if (!message["data"u8].IsString)
        {
            decoder.Reject("a Pub/Sub message without data");
            return;
        }

        CloudWatch.Unpack(decoder, message["data"u8], wrapping with { Time = EventTime.Read(message["publishTime"u8]) ?? wrapping.Time });
    }

    private static bool IsBase64(JsonValue data) => data.IsString && !data.Content.IsEmpty && Base64.IsValid(data.Content);
}
