using Saker.Ingest;
using Saker.Risk;
using Saker.Server.Auth;

namespace Saker.Server.Endpoints.Hec;

/// <summary>
/// The events of a HEC body: objects one after the other, with or without white space or commas between them, or in an array.
/// <c>{"event":"a"}{"event":"b"}</c>. Checks what the protocol asks of each before anything is decoded.
/// </summary>
internal sealed class HecEvents(ReadOnlyMemory<byte> body, TokenRules rules, int deepest)
{
    private static ReadOnlySpan<byte> White => " \t\r\n"u8;

    private readonly JsonObjectScan scan = new(deepest);
    private ReadOnlyMemory<byte> rest = body.TrimStart(White).TrimEnd(White);
    private bool isInArray;

    /// <summary>The event that <see cref="Next"/> found, or what is wrong.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>How many were found before the current one.</summary>
    public int Number { get; private set; } = -1;

    /// <summary>What is wrong with the current one; null if nothing.</summary>
    public HecCode? Fault { get; private set; }

    public string Reason { get; private set; } = "";

    /// <summary>What follows the current one.</summary>
    public ReadOnlyMemory<byte> Rest => rest;

    public bool IsEmpty => rest.IsEmpty && Number < 0;

    /// <summary>Steps to the next event; false at the end. After a fault there is no next one.</summary>
    public bool Next()
    {
        if (!Separate())
        {
            return false;
        }

        Number++;
        if (rest.Span[0] != '{')
        {
            return Wrong(HecCode.InvalidFormat, "HEC: expected an object", rest);
        }

        if (!scan.Scan(rest))
        {
            return Wrong(HecCode.InvalidFormat, $"HEC: {scan.Reason}", rest);
        }

        Current = rest[..scan.End];
        rest = rest[scan.End..];
        return Check();
    }

    /// <summary>Steps over what stands between events; false at the end.</summary>
    private bool Separate()
    {
        rest = rest.TrimStart(White);
        if (Number < 0 && !rest.IsEmpty && rest.Span[0] == '[')
        {
            isInArray = true;
            rest = rest[1..].TrimStart(White);
        }

        if (Number >= 0 && !rest.IsEmpty && rest.Span[0] == ',')
        {
            rest = rest[1..].TrimStart(White);
        }

        if (isInArray && !rest.IsEmpty && rest.Span[0] == ']')
        {
            isInArray = false;
            rest = rest[1..].TrimStart(White);
        }

        return Fault is null && !rest.IsEmpty;
    }

    private bool Check()
    {
        var fields = scan["fields"u8];
        if (fields.Exists && !fields.IsNull && !AreFields(fields))
        {
            return Wrong(HecCode.InvalidFields, "HEC: fields must be an object of texts, numbers and lists of them", Current);
        }

        var isMetric = fields.IsObject && HecMetric.HasMeasures(fields);
        var sent = scan["event"u8];
        if (!sent.Exists && !isMetric)
        {
            return Wrong(HecCode.EventRequired, "HEC: event field is required", Current);
        }

        if (!isMetric && (sent.IsNull || (sent.IsString && sent.Content.Trim(" \t\r\n"u8).IsEmpty)))
        {
            return Wrong(HecCode.EventBlank, "HEC: event field cannot be blank", Current);
        }

        return !IsAllowed(scan["index"u8].AsTextOrNull())
            ? Wrong(HecCode.IncorrectIndex, "HEC: this index is Saker's own, or the token does not allow it", Current)
            : true;
    }

    /// <summary>Whether the token allows an index; a token without a list allows any but Saker's own.</summary>
    public bool IsAllowed(string? index) => string.IsNullOrEmpty(index)
        || (OwnIndexes.Names.Contains(index) ? rules.Granted.Contains(index) : rules.Indexes.Count == 0 || rules.Indexes.Contains(index, StringComparer.Ordinal));

    private static bool AreFields(JsonValue fields)
    {
        if (!fields.IsObject)
        {
            return false;
        }

        foreach (var field in fields.Members)
        {
            if (field.Value.IsObject)
            {
                return false;
            }
        }

        return true;
    }

    private bool Wrong(HecCode code, string reason, ReadOnlyMemory<byte> what)
    {
        (Fault, Reason, Current) = (code, reason, what);
        rest = what.Length == rest.Length && what.Equals(rest) ? default : rest;
        return true;
    }
}
