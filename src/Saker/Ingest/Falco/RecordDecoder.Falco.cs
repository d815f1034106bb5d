namespace Saker.Ingest;

/// <summary>
/// Falco's JSON output, plain or by falcosidekick:
/// <c>{"hostname":"n1","output":"12:18:18.69…: Notice A shell …","output_fields":{"proc.name":"bash","user.name":null},"priority":"Notice","rule":"Terminal shell in container","time":"2025-…Z"}</c>.
/// </summary>
internal sealed partial class RecordDecoder
{
    private bool TryFalco(ReadOnlyMemory<byte> json, JsonObjectScan scan, Wrapping wrapping)
    {
        var priority = scan["priority"u8];
        var rule = scan["rule"u8].Exists ? scan["rule"u8] : scan["Rule"u8];
        var output = scan["output"u8];
        var given = scan["output_fields"u8];
        if (!priority.IsString || !rule.IsString || FalcoText.Priority(priority.Content) is not { } known
            || !(output.Exists || given.Exists || scan["time"u8].Exists))
        {
            return false;
        }

        var text = output.IsString ? TextOf(output, wrapping.Depth) : default;
        var isAlert = FalcoText.TryRead(text.Span, out var alert);
        var fields = given.IsObject ? OfOutputFields(given) : new FalcoFields();
        if (!given.Members.MoveNext() && !text.IsEmpty)
        {
            // Switched off, or empty (`"output_fields":{}`): the text says the same.
            fields = FalcoText.Split(text.Span[(isAlert ? alert.Message : 0)..], null);
        }

        if (!scan["rule"u8].Exists)
        {
            fields.TryAdd("rule", rule.AsText());
        }

        if (!output.Exists)
        {
            // The text was switched off; searches look for it.
            fields.TryAdd("output", $"{known} {rule.AsText()}");
        }

        var time = EventTime.Read(scan["time"u8]) ?? EventTime.Read(given["evt.time"u8]) ?? (isAlert ? FalcoText.Time(alert, this, wrapping.Time) : null);
        EmitFalco(json, fields, time, scan["hostname"u8].AsTextOrNull(), wrapping);
        return true;
    }

    private static FalcoFields OfOutputFields(JsonValue given)
    {
        var fields = new FalcoFields();
        foreach (var member in given.Members)
        {
            var name = Spl.Scanning.JsonText.Unescape(member.Name);
            var value = member.Value.IsNull ? FalcoFields.NotAvailable : member.Value.AsText();
            if (FalcoNames.OfFields.TryGetValue(name, out var known))
            {
                fields.IsAmbiguous |= !fields.TryAdd(known, value) && fields[known] != value;
            }
        }

        if (fields["container_image"] is null && given["container.image"u8].AsTextOrNull() is { } image)
        {
            fields.TryAddImage(image);
        }

        fields.Complete();
        return fields;
    }
}
