using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Risk;

/// <summary>
/// A risk event as it is kept: its document (docs/reference/scan-json.md, evidence included) and its form in <c>index=risk</c>.
/// </summary>
/// <param name="Id">The risk event's id.</param>
/// <param name="Group">Detection and run.</param>
/// <param name="IsWithdrawn">Told early, and gone when the window closed.</param>
/// <param name="Document">JSON as UTF-8.</param>
/// <param name="Indexed">The event of the risk index.</param>
internal sealed record StoredRiskEvent(UInt128 Id, string Group, bool IsWithdrawn, byte[] Document, Event Indexed)
{
    public StateRow ToState(long version) => new(Id.ToString("x32"), Group, version, Indexed.TimeNanoseconds, Body());

    public static StoredRiskEvent Read(StateRow row)
    {
        using var body = JsonDocument.Parse(row.Body);
        var root = body.RootElement;
        return new StoredRiskEvent(
            UInt128.Parse(row.Key, System.Globalization.NumberStyles.HexNumber),
            row.Group,
            root.GetProperty("withdrawn").GetBoolean(),
            Bytes(root.GetProperty("document")),
            new Event
            {
                Index = root.GetProperty("index").GetString()!,
                Source = root.GetProperty("source").GetString()!,
                Sourcetype = RiskIndex.Sourcetype,
                TimeNanoseconds = row.TimeNanoseconds,
                IndexTimeNanoseconds = root.GetProperty("indextime").GetInt64(),
                Raw = Bytes(root.GetProperty("raw")),
                Extra = Bytes(root.GetProperty("extra")),
                Identity = UInt128.Parse(row.Key, System.Globalization.NumberStyles.HexNumber),
            });
    }

    private static byte[] Bytes(JsonElement element) => System.Text.Encoding.UTF8.GetBytes(element.GetRawText());

    private byte[] Body()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("withdrawn", IsWithdrawn);
            json.WriteString("index", Indexed.Index);
            json.WriteString("source", Indexed.Source);
            json.WriteNumber("indextime", Indexed.IndexTimeNanoseconds);
            json.WritePropertyName("document");
            json.WriteRawValue(Document, skipInputValidation: true);
            json.WritePropertyName("raw");
            json.WriteRawValue(Indexed.Raw.Span, skipInputValidation: true);
            json.WritePropertyName("extra");
            json.WriteRawValue(Indexed.Extra.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
