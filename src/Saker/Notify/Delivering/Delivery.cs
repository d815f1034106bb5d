using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Stores;

namespace Saker.Notify.Delivering;

/// <summary>How far a notice got at an output.</summary>
internal enum DeliveryState
{
    Waiting,
    Sent,

    /// <summary>Given up: a person may send it again.</summary>
    Dead,

    /// <summary>Withdrawn before anybody heard of it.</summary>
    Cancelled,
}

/// <summary>A notice on its way to one output: a row of the outbox.</summary>
internal sealed record Delivery
{
    public required string Output { get; init; }

    /// <summary>The notice's key, or what stands for it; with the output it names the row.</summary>
    public required string Key { get; init; }

    /// <summary>The key of the notice itself.</summary>
    public required string NoticeKey { get; init; }

    public DeliveryState State { get; init; }

    public int Tries { get; init; }

    /// <summary>Not before.</summary>
    public required DateTimeOffset Due { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was first due, or sent again by a person: from then it counts how long it waits.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Told together with others of the same; empty for alone.</summary>
    public string Group { get; init; } = "";

    public string LastError { get; init; } = "";

    /// <summary>Whether a try was made after which it may be there.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>What it tells was withdrawn since.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>What it tells of, in a line, for lists of the outbox.</summary>
    public string Title { get; init; } = "";

    /// <summary>The score that was told.</summary>
    public int Score { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>What is told; null once it was.</summary>
    public Notice? Notice { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public long Version { get; init; } = 1;

    [System.Text.Json.Serialization.JsonIgnore]
    public string RowKey => RowKeyOf(Output, Key);

    public static string RowKeyOf(string output, string key) => $"{output}/{key}";

    public StateRow ToState() => new(RowKey, Output, Version, TimeRange.Nanoseconds(Created), JsonSerializer.SerializeToUtf8Bytes(this, NoticeJson.Default.Delivery));

    public static Delivery Read(StateRow row) => JsonSerializer.Deserialize(row.Body, NoticeJson.Default.Delivery)! with { Version = row.Version };

    /// <summary>The next version of it.</summary>
    public Delivery Next() => this with { Version = Version + 1 };
}
