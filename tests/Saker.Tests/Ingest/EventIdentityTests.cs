using System.Text;
using Saker.Events;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class EventIdentityTests
{
    [Theory]
    [InlineData("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","user":{"groups":["x","y z"]}}""")]
    [InlineData("""{ "auditID" : "a", "user": { "groups": [ "x",  "y z" ] } }""")]
    [InlineData("{\n  \"auditID\": \"a\",\r\n\t\"user\": {\n    \"groups\": [\n \"x\",\n \"y z\"\n]\n}\n}\n")]
    public void White_space_and_envelope_do_not_make_another_event(string json) =>
        Assert.Equal(Hash("""{"auditID":"a","user":{"groups":["x","y z"]}}"""), Hash(json));

    [Theory]
    [InlineData("""{"auditID":"a","user":{"groups":["x","yz"]}}""")]
    [InlineData("""{"auditID":"a","user":{"groups":["x","y  z"]}}""")]
    [InlineData("""{"auditID":"a","user":{"kind":"k","groups":["x","y z"]}}""")]
    [InlineData("""{"auditID":"a","user":{"groups":["x\",  \"y z"]}}""")]
    public void What_an_event_says_does(string json) =>
        Assert.NotEqual(Hash("""{"auditID":"a","user":{"groups":["x","y z"]}}"""), Hash(json));

    private static string Hash(string json)
    {
        var hash = new byte[32];
        EventIdentity.Hash(Encoding.UTF8.GetBytes(json), hash);
        return Convert.ToHexString(hash);
    }
}
