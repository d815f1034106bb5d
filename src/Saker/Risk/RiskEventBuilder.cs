using System.Buffers.Binary;
using System.Net;
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
    Func<IEnumerable<Event>> readWindow)
{
    /// <summary>Events remembered: rows that rest on the same event mostly follow each other.</summary>
    private const int MostRemembered = 1024;

    private readonly RequestIdentity requests = new();
    private readonly Dictionary<long, (long Time, (string Request, string[] Addresses)? Audit)> remembered = [];
    private HashSet<string>? peersOfWindow;

    /// <summary>The risk events of a row: one a value of each risk object's field. None where the detection scores nothing.</summary>
    public IEnumerable<RiskEvent> Build(Row row)
    {
        if (detection.Risk is not { } risk)
        {
            yield break;
        }

        var behind = ReadEvidence(row.Evidence);
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
                    yield return Make(row, spec, value, threats, behind);
                }
            }
        }
    }

    private RiskEvent Make(Row row, RiskObjectSpec spec, string value, List<ThreatObject> threats, Behind behind) => new()
    {
        Id = Identify(row, spec, value, behind),
        Detection = detection,
        Window = window,
        RiskObject = new RiskObject(spec.Field, TypeOf(row, spec), value),
        Score = spec.Score,
        Message = MessageTemplate.Fill(spec.Message.Length > 0 ? spec.Message : detection.Risk!.Message, f => f == spec.Field ? Value.Of(value) : row[fields.Slot(f)]),
        ThreatObjects = threats,
        FirstNanoseconds = behind.First,
        LastNanoseconds = behind.Last,
        Evidence = row.Evidence,
        Fields = [.. ColumnsOf(row).Select(c => new KeyValuePair<string, IReadOnlyList<string>>(c, Array.ConvertAll(row[fields.Slot(c)].Values.ToArray(), v => v.Text)))],
    };

    /// <summary>Rules over the risk index say with each risk object of which type it is.</summary>
    private string TypeOf(Row row, RiskObjectSpec spec) =>
        spec.Field == "risk_object" && row[fields.Slot("risk_object_type")].Text is "user" or "system" or "other" ? row[fields.Slot("risk_object_type")].Text : spec.Type;

    private IEnumerable<string> ColumnsOf(Row row) => (rows.Columns.IsOpen ? ColumnNames.Of([row], fields) : rows.Columns.Names).Where(c => c != EventFields.Raw && !row[fields.Slot(c)].IsNull);

    /// <summary>The same row of the same window has the same id, whoever evaluates it and however often.</summary>
    private UInt128 Identify(Row row, RiskObjectSpec spec, string value, Behind behind)
    {
        var key = behind.Request is { } request
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

    private Behind ReadEvidence(Evidence evidence)
    {
        var behind = new Behind(PeersOfWindow) { IsComplete = evidence.Total == evidence.Named.Length };
        foreach (var ordinal in evidence.Named)
        {
            if (!remembered.TryGetValue(ordinal, out var found))
            {
                var e = readEvent(ordinal);
                found = (e.TimeNanoseconds, requests.Read(e));
                if (remembered.Count == MostRemembered)
                {
                    remembered.Clear();
                }

                remembered.Add(ordinal, found);
            }

            behind.Add(found.Time, found.Audit);
        }

        if (evidence.Named.Length == 0)
        {
            var time = TimeRange.Nanoseconds(window.ScheduledTime);
            (behind.First, behind.Last) = (time, time);
        }

        return behind;
    }

    /// <summary>The peers of all events of the window: read where a row rests on more events than its evidence names, which is rare.</summary>
    private HashSet<string> PeersOfWindow() =>
        peersOfWindow ??= [.. readWindow().Select(requests.Read).Where(r => r is { Addresses.Length: > 0 }).Select(r => r!.Value.Addresses[^1])];

    /// <summary>What the events behind a row have in common.</summary>
    private sealed class Behind(Func<HashSet<string>> peersOfWindow)
    {
        private readonly HashSet<string> peers = [];
        private readonly HashSet<string> claimed = [];
        private string? request;
        private bool isOneRequest = true;

        public bool IsComplete { get; init; }

        public long First { get; set; } = long.MaxValue;

        public long Last { get; set; } = long.MinValue;

        /// <summary>The one request that the row rests on, if it rests on one.</summary>
        public string? Request => isOneRequest && IsComplete ? request : null;

        public void Add(long time, (string Request, string[] Addresses)? audit)
        {
            First = Math.Min(First, time);
            Last = Math.Max(Last, time);
            if (audit is not { } found)
            {
                isOneRequest = false;
                return;
            }

            isOneRequest &= request is null || request == found.Request;
            request = found.Request;
            if (found.Addresses.Length > 0)
            {
                peers.Add(found.Addresses[^1]);
                claimed.UnionWith(found.Addresses[..^1]);
            }
        }

        public AddressOrigin OriginOf(string value) =>
            !IPAddress.TryParse(value, out _) ? AddressOrigin.None
            : peers.Contains(value) ? AddressOrigin.Peer
            : claimed.Contains(value) ? AddressOrigin.Claimed
            : IsComplete || peers.Count == 0 ? AddressOrigin.None
            : peersOfWindow().Contains(value) ? AddressOrigin.Peer
            : AddressOrigin.Claimed;
    }
}
