using Saker.Risk;
using Saker.Spl.Execution;
using Xunit;

namespace Saker.Tests.Risk;

public sealed class RowEvidenceTests
{
    private readonly List<long> read = [];

    [Fact]
    public void An_address_that_one_request_claims_and_a_later_one_has_is_a_peer()
    {
        var behind = Behind(["a", "1.1.1.1", "2.2.2.2"], ["b", "2.2.2.2"], ["c", "1.1.1.1"]);
        Assert.Equal(AddressOrigin.Peer, behind.OriginOf("1.1.1.1"));
        Assert.Equal(AddressOrigin.Peer, behind.OriginOf("2.2.2.2"));
        Assert.Equal(AddressOrigin.None, behind.OriginOf("3.3.3.3"));
        Assert.Equal(AddressOrigin.None, behind.OriginOf("kubernetes-admin"));
        Assert.Equal(AddressOrigin.Claimed, Behind(["a", "1.1.1.1", "2.2.2.2"], ["b", "2.2.2.2"]).OriginOf("1.1.1.1"));
    }

    [Fact]
    public void Events_are_read_no_further_than_the_answer_needs()
    {
        var behind = Behind(["a", "1.1.1.1"], ["b", "2.2.2.2"], ["c", "3.3.3.3"]);
        Assert.Equal((100, 102), behind.Times());
        Assert.Equal(AddressOrigin.None, behind.OriginOf("system:node:node1"));
        Assert.Empty(read);
        Assert.Null(behind.Request());
        Assert.Equal([0, 1], read);
        Assert.Equal(AddressOrigin.Peer, behind.OriginOf("1.1.1.1"));
        Assert.Equal([0, 1, 0], read);
        Assert.Equal(AddressOrigin.None, behind.OriginOf("9.9.9.9"));
        Assert.Equal([0, 1, 0, 1, 2], read);
    }

    [Fact]
    public void A_row_rests_on_one_request_only_where_all_its_events_are_named_and_say_so()
    {
        Assert.Equal("a", Behind(["a", "1.1.1.1"], ["a"]).Request());
        Assert.Null(Behind(["a"], []).Request());
        Assert.Null(Behind().Request());
        Assert.Null(Behind().Times());
        Assert.Null(new RowEvidence(new Evidence(2, [0]), _ => 0, _ => ("a", []), () => []).Request());
    }

    [Fact]
    public void Of_more_events_than_are_named_the_peers_of_the_window_decide()
    {
        var behind = new RowEvidence(new Evidence(200, [0]), _ => 0, _ => ("a", ["1.1.1.1"]), () => ["2.2.2.2"]);
        Assert.Equal(AddressOrigin.Peer, behind.OriginOf("2.2.2.2"));
        Assert.Equal(AddressOrigin.Claimed, behind.OriginOf("3.3.3.3"));
    }

    /// <summary>Each event is the name of its request and its addresses; one without a name is no audit event.</summary>
    private RowEvidence Behind(params string[][] events) => new(
        events.Length == 0 ? default : new Evidence(events.Length, [.. Enumerable.Range(0, events.Length).Select(i => (long)i)]),
        ordinal => 100 + ordinal,
        ordinal =>
        {
            read.Add(ordinal);
            return events[ordinal] is [var request, .. var addresses] ? (request, addresses) : null;
        },
        () => throw new InvalidOperationException("no window need be read"));
}
