using System.Security.Cryptography;
using Saker.Spl.Scanning;

namespace Saker.Events;

/// <summary>
/// The identity of an event that may arrive more than once: a hash of all it says. The items of an EventList lack kind and apiVersion,
/// which the same event in a log file has, so those two are left out.
/// </summary>
internal static class EventIdentity
{
    /// <summary>SHA-256 of the JSON object's members other than <c>kind</c> and <c>apiVersion</c>, as they are written.</summary>
    public static void Hash(ReadOnlySpan<byte> json, Span<byte> hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var index = JsonSkip.WhiteSpace(json, 0);
        if (index >= json.Length || json[index] != (byte)'{')
        {
            sha.AppendData(json);
            sha.GetHashAndReset(hash);
            return;
        }

        index = JsonSkip.WhiteSpace(json, index + 1);
        while (index < json.Length && json[index] == (byte)'"')
        {
            var keyEnd = JsonSkip.String(json, index, out _);
            var value = keyEnd < 0 ? -1 : JsonSkip.WhiteSpace(json, keyEnd);
            var end = value < 0 || value >= json.Length || json[value] != (byte)':' ? -1 : JsonSkip.Value(json, JsonSkip.WhiteSpace(json, value + 1));
            if (end < 0)
            {
                break;
            }

            if (!IsEnvelope(json[index..keyEnd]))
            {
                sha.AppendData(json[index..keyEnd]);
                sha.AppendData(":"u8);
                sha.AppendData(json[JsonSkip.WhiteSpace(json, value + 1)..end]);
                sha.AppendData(","u8);
            }

            index = JsonSkip.WhiteSpace(json, end);
            index = index < json.Length && json[index] == (byte)',' ? JsonSkip.WhiteSpace(json, index + 1) : index;
        }

        // What could not be stepped through counts as it stands.
        sha.AppendData(json[Math.Min(index, json.Length)..]);
        sha.GetHashAndReset(hash);
    }

    private static bool IsEnvelope(ReadOnlySpan<byte> key) => key.SequenceEqual("\"kind\""u8) || key.SequenceEqual("\"apiVersion\""u8);
}
