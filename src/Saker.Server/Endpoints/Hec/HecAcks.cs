using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Saker.Server.Endpoints.Hec;

/// <summary>What a client asks about its batches, <c>{"acks":[0,1,7]}</c>, and is told: <c>{"acks":{"0":true,"1":true,"7":false}}</c>.</summary>
internal static class HecAcks
{
    private const int MostAsked = 100_000;

    /// <summary>The answer; null if the question cannot be read.</summary>
    public static string? Answer(ReadOnlyMemory<byte> question, HecChannels channels, string token, Guid channel)
    {
        var asked = Read(question);
        if (asked is null)
        {
            return null;
        }

        var answer = new StringBuilder("{\"acks\":{");
        foreach (var id in asked)
        {
            answer.Append(answer[^1] == '{' ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"{id}\":{(channels.Ask(token, channel, id) ? "true" : "false")}");
        }

        return answer.Append("}}").ToString();
    }

    private static HashSet<long>? Read(ReadOnlyMemory<byte> question)
    {
        try
        {
            using var json = JsonDocument.Parse(question, new JsonDocumentOptions { MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("acks", out var acks) || acks.ValueKind != JsonValueKind.Array
                || acks.GetArrayLength() > MostAsked)
            {
                return null;
            }

            var asked = new HashSet<long>();
            foreach (var ack in acks.EnumerateArray())
            {
                if (ack.ValueKind != JsonValueKind.Number || !ack.TryGetInt64(out var id))
                {
                    return null;
                }

                asked.Add(id);
            }

            return asked;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
