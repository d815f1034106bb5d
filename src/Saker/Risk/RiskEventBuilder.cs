using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>Makes risk events of the rows of one detection and window.</summary>
internal sealed class RiskEventBuilder(
    Detection detection,
    Window window,
    IReadOnlyList<string>? keyColumns,
    RowStream rows,
    FieldTable fields,
    Func<long, Event> readEvent,
    Func<long, long> timeOf,
    Func<IEnumerable<Event>> readWindow)
{
    /// <summary>Events remembered: rows that rest on the same event mostly follow each other.</summary>
    private const int MostRemembered = 1024;

    private readonly RequestIdentity requests = new();
    private readonly Dictionary<long, (string Request, string[] Addresses)?> remembered = [];
    private HashSet<string>? peersOfWindow;

    /// <summary>The risk events of a row: one a value of each risk object's field. None where the detection scores nothing.</summary>
    public IEnumerable<RiskEvent> Build(Row row)
    {
        if (detection.Risk is not { } risk)
        {
            yield break;
        }

        var behind = new RowEvidence(row.Evidence, timeOf, AuditOf, PeersOfWindow);
        var scheduled = TimeRange.Nanoseconds(window.ScheduledTime);
        var times = behind.Times() ?? (scheduled, scheduled);
        var threats = risk.ThreatObjects
            .SelectMany(t => row[fields.Slot(t.Field)].Values.ToArray().Select(v => new ThreatObject(t.Field, t.Type, v.Text, behind.OriginOf(v.Text))))
            .ToList();
        foreach (var spec in risk.RiskObjects)
        {
            foreach (var value in row[fields.Slot(spec.Field)].Values.ToArray().Select(v => v.Text).Distinct())
            {
                // A client writes X-Forwarded-For as it likes: it must not be able to have another address blamed.
                if (value.Length > 0 && behind.OriginOf(value) != AddressOrigin.Claimed)
                {
                    yield return Make(row, spec, value, threats, behind, times);
                }
            }
        }
    }

    private RiskEvent Make(Row row, RiskObjectSpec spec, string value, List<ThreatObject> threats, RowEvidence behind, (long First, long Last) times) => new()
    {
        Id = Identify(row, spec, value, behind),
        Detection = detection,
        Window = window,
        RiskObject = new RiskObject(spec.Field, TypeOf(row, spec), value),
        Score = spec.Score,
        Message = MessageTemplate.Fill(spec.Message.Length > 0 ? spec.Message : detection.Risk!.Message, f => f == spec.Field ? Value.Of(value) : row[fields.Slot(f)]),
        ThreatObjects = threats,
        FirstNanoseconds = times.First,
        LastNanoseconds = times.Last,
        Evidence = row.Evidence,
        Fields = [.. ColumnsOf(row).Select(c => new KeyValuePair<string, IReadOnlyList<string>>(c, Array.ConvertAll(row[fields.Slot(c)].Values.ToArray(), v => v.Text)))],
    };

    /// <summary>Rules over the risk index say with each risk object of which type it is.</summary>
    private string TypeOf(Row row, RiskObjectSpec spec) =>
        spec.Field == "risk_object" && row[fields.Slot("risk_object_type")].Text is "user" or "system" or "other" ? row[fields.Slot("risk_object_type")].Text : spec.Type;

    private IEnumerable<string> ColumnsOf(Row row) => (rows.Columns.IsOpen ? ColumnNames.Of([row], fields) : rows.Columns.Names).Where(c => c != EventFields.Raw && !row[fields.Slot(c)].IsNull);

    /// <summary>The same row of the same window has the same id, whoever evaluates it and however often.</summary>
    private UInt128 Identify(Row row, RiskObjectSpec spec, string value, RowEvidence behind)
    {
        var key = behind.Request() is { } request
            ? "request\n" + request
            : keyColumns is not null
                ? "row\n" + string.Join('\n', keyColumns.Select(c => $"{c}={RequestIdentity.OnOneLine(row[fields.Slot(c)].Text)}"))
                : "content\n" + ContentOf(row);
        // Without a schedule the window is whatever was read; its bounds must not make ids differ from file to file.
        var scheduled = window.IsScheduled ? window.ScheduledTime.ToUnixTimeSeconds().ToString() : "unscheduled";
        var text = string.Join('\0', detection.Id, scheduled, spec.Field, value, key);
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>
    /// What a row says and the events behind it say, for rows that nothing else names: lines of text. Never the number of the row, which hangs on the order in which
    /// events came. Lines that are equal in all, their time included, are one.
    /// </summary>
    private string ContentOf(Row row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in ColumnsOf(row).Where(c => c is not (EventFields.Time or EventFields.IndexTime)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{column}={row[fields.Slot(column)].Text}\0"));
        }

        foreach (var ordinal in row.Evidence.Named)
        {
            var e = readEvent(ordinal);
            // An event without a stamp has the time of its arrival, which another reading changes.
            hash.AppendData(BitConverter.GetBytes(e.TimeNanoseconds == e.IndexTimeNanoseconds ? 0 : e.TimeNanoseconds));
            hash.AppendData(e.Raw.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private (string Request, string[] Addresses)? AuditOf(long ordinal)
    {
        if (!remembered.TryGetValue(ordinal, out var audit))
        {
            audit = requests.Read(readEvent(ordinal));
            if (remembered.Count == MostRemembered)
            {
                remembered.Clear();
            }

            remembered.Add(ordinal, audit);
        }

        return audit;
    }

    /// <summary>The peers of all events of the window: read where a row rests on more events than its evidence names, which is rare.</summary>
    private HashSet<string> PeersOfWindow() =>
        peersOfWindow ??= [.. readWindow().Select(requests.PeerOf).OfType<string>()];
}
