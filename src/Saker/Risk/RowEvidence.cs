using System.Net;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>The events behind a row, by what risk events ask of them. They are read no further than the answer needs: a row may rest on a hundred.</summary>
/// <param name="evidence">Their numbers.</param>
/// <param name="timeOf">The time of one, nanoseconds since 1970.</param>
/// <param name="auditOf">Of which request one is a stage, and the addresses that came from, the peer's last; null for what is no audit event.</param>
/// <param name="peersOfWindow">The peers of all events of the window, for rows that rest on more events than are named.</param>
internal sealed class RowEvidence(Evidence evidence, Func<long, long> timeOf, Func<long, (string Request, string[] Addresses)?> auditOf, Func<HashSet<string>> peersOfWindow)
{
    private readonly HashSet<string> peers = [];
    private readonly HashSet<string> claimed = [];
    private int asked;

    /// <summary>The time of the oldest and the newest; null where there are none.</summary>
    public (long First, long Last)? Times()
    {
        if (evidence.Named.Length == 0)
        {
            return null;
        }

        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var ordinal in evidence.Named)
        {
            var time = timeOf(ordinal);
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }

        return (first, last);
    }

    /// <summary>The one request that the row rests on; null where it rests on several, or on none.</summary>
    public string? Request()
    {
        if (!IsComplete)
        {
            return null;
        }

        string? request = null;
        foreach (var ordinal in evidence.Named)
        {
            if (auditOf(ordinal) is not { } audit || (request is not null && request != audit.Request))
            {
                return null;
            }

            request = audit.Request;
        }

        return request;
    }

    /// <summary>Where an address comes from. What one request claims another may have as its peer: then it is one.</summary>
    public AddressOrigin OriginOf(string value)
    {
        if (!IPAddress.TryParse(value, out _))
        {
            return AddressOrigin.None;
        }

        while (!peers.Contains(value) && asked < evidence.Named.Length)
        {
            Ask(evidence.Named[asked++]);
        }

        return peers.Contains(value) ? AddressOrigin.Peer
            : claimed.Contains(value) ? AddressOrigin.Claimed
            : IsComplete || peers.Count == 0 ? AddressOrigin.None
            : peersOfWindow().Contains(value) ? AddressOrigin.Peer
            : AddressOrigin.Claimed;
    }

    private bool IsComplete => evidence.Total == evidence.Named.Length;

    private void Ask(long ordinal)
    {
        if (auditOf(ordinal) is { Addresses: [.. var before, var peer] })
        {
            peers.Add(peer);
            claimed.UnionWith(before);
        }
    }
}
