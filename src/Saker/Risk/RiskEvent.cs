using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>Who or what is at risk: a field of the row, what it is (user, system, other), and its value.</summary>
public sealed record RiskObject(string Field, string Type, string Value);

/// <summary>What threatens, told with the risk event. An address that the client may have made up is <c>claimed</c>.</summary>
public sealed record ThreatObject(string Field, string Type, string Value, AddressOrigin Origin);

/// <summary>Where an address in <c>sourceIPs</c> comes from: the last is the peer's, those before come from headers that a client sets.</summary>
public enum AddressOrigin
{
    /// <summary>No address, or none of an audit event.</summary>
    None,

    Peer,

    Claimed,
}

/// <summary>The window that a row comes from, in nanoseconds since 1970. Without a schedule it holds all that was read.</summary>
public readonly record struct Window(TimeRange Range, DateTimeOffset ScheduledTime, bool IsScheduled);

/// <summary>One detection's word on one risk object in one window, with the events behind it.</summary>
public sealed record RiskEvent
{
    private readonly int? baseScore;
    private readonly Key128 id;

    /// <summary>Follows from detection, window, risk object and request (or by-values): evaluating again gives the same.</summary>
    public required UInt128 Id
    {
        get => id;
        init => id = value;
    }

    public required Detection Detection { get; init; }

    public required Window Window { get; init; }

    public required RiskObject RiskObject { get; init; }

    /// <summary>What counts: the detection's score, as risk factors changed it.</summary>
    public required int Score { get; init; }

    /// <summary>What the detection scores.</summary>
    public int BaseScore
    {
        get => baseScore ?? Score;
        init => baseScore = value;
    }

    /// <summary>The names of the risk factors that changed the score.</summary>
    public IReadOnlyList<string> Factors { get; init; } = [];

    /// <summary>What lookups say of the risk object (<c>risk_object_owner</c>) and of its namespace (<c>namespace_owner</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Context { get; init; } = [];

    public required string Message { get; init; }

    public required IReadOnlyList<ThreatObject> ThreatObjects { get; init; }

    /// <summary>The time of the first event behind it, nanoseconds since 1970.</summary>
    public required long FirstNanoseconds { get; init; }

    /// <summary>The time of the last event behind it.</summary>
    public required long LastNanoseconds { get; init; }

    /// <summary>The events behind it, by the number that the event source gave them.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>The fields of the (first) row.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Fields { get; init; }

    /// <summary>How many rows say this: a request's stages and a caller's groups make several.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>The exception that hides it: it scores, and makes no finding and no notice. Empty for none.</summary>
    public string HiddenBy { get; init; } = "";

    /// <summary>Both say the same of the same: their events and threat objects together.</summary>
    public RiskEvent Merge(RiskEvent other) => (other.Score > Score ? other : this) with
    {
        // The first row's, whichever of them scores.
        Message = Message,
        Fields = Fields,
        Evidence = Evidence.Union(other.Evidence),
        ThreatObjects = [.. ThreatObjects.Union(other.ThreatObjects)],
        FirstNanoseconds = Math.Min(FirstNanoseconds, other.FirstNanoseconds),
        LastNanoseconds = Math.Max(LastNanoseconds, other.LastNanoseconds),
        Rows = Rows + other.Rows,
        // What one of them shows is shown.
        HiddenBy = HiddenBy.Length == 0 || other.HiddenBy.Length == 0 ? "" : string.CompareOrdinal(HiddenBy, other.HiddenBy) <= 0 ? HiddenBy : other.HiddenBy,
    };
}
