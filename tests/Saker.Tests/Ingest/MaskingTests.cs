using System.Text;
using System.Text.Json;
using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class MaskingTests
{
    private static readonly byte[] Key = "0123456789abcdef"u8.ToArray();

    [Theory]
    [InlineData(""" "requestObject":{"kind":"Secret","data":{"a":"HIDE","b":"HIDE"},"stringData":{"c":"HIDE\n\"x"},"metadata":{"name":"secret-name"}} """)]
    [InlineData(""" "responseObject":{"kind":"SecretList","items":[{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"HIDE","other":"keep"}},"data":{"a":"HIDE"}}]} """)]
    [InlineData(""" "responseObject":{"kind":"List","items":[{"kind":"ConfigMap","data":{"a":"keep"}},{"kind":"Secret","data":{"a":"HIDE"}}]} """)]
    [InlineData(""" "responseObject":{"kind":"Table","rows":[{"object":{"kind":"Secret","data":{"a":"HIDE"}}}]} """)]
    [InlineData(""" "objectRef":{"resource":"secrets"},"requestObject":{"data":{"a":"HIDE"},"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"HIDE"}}} """)]
    [InlineData(""" "requestObject":[{"op":"replace","path":"/data/a","value":"HIDE"},{"op":"add","path":"/stringData","value":{"k":"HIDE"}},{"op":"test","path":"/metadata/name","value":"keep"}],"objectRef":{"resource":"secrets"} """)]
    [InlineData(""" "requestObject":[{"value":{"data":{"a":"HIDE"}},"op":"replace","path":""}],"objectRef":{"resource":"secrets"} """)]
    [InlineData(""" "responseObject":{"kind":"TokenRequest","spec":{"audiences":["keep"]},"status":{"token":"HIDE","expirationTimestamp":"keep"}} """)]
    [InlineData(""" "requestObject":{"kind":"TokenReview","spec":{"token":"HIDE"},"status":{"user":"keep"}} """)]
    [InlineData(""" "requestObject":{"kind":"\u0053ecret","\u0064ata":{"a":"HIDE"}} """)]
    [InlineData(""" "requestObject":{"data":{"a":"HIDE"},"kind":"ConfigMap","kind":"Secret","data":{"b":"HIDE"}},"requestObject":{"kind":"Secret","data":{"a":"HIDE"}} """)]
    [InlineData(""" "requestObject":{"kind":"Secret","data":{"a":"HIDE","deep":{"x":"HIDE"}}} """)]
    [InlineData(""" "object":{"kind":"Secret","data":{"a":"HIDE"}} """)]
    [InlineData(""" "responseObject":{"kind":"TokenRequest","status":{"token":""}},"requestObject":{"kind":"Secret","data":null,"stringData":{"a":"masked:0123456789abcdef","b":""}} """)]
    [InlineData(""" "requestObject":{"kind":"ConfigMap","data":{"secret-token":"keep"},"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"keep \"kind\":\"Secret\""}}} """)]
    public void Secrets_are_masked_and_all_else_stays(string part)
    {
        var text = "{\"auditID\":\"a\",\"stage\":\"b\",\"note\":\"secret token\"," + part.Trim() + "}";
        var reading = Reading.Of(text, new IngestOptions { MaskKey = Key });
        var expected = text.Replace("\"HIDE\\n\\\"x\"", Masked("HIDE\n\"x"), StringComparison.Ordinal).Replace("\"HIDE\"", Masked("HIDE"), StringComparison.Ordinal);
        Assert.Equal(expected, reading.Raw);
        Assert.Equal("1 0 0", reading.Tally);
    }

    [Fact]
    public void Tokens_in_the_address_are_masked()
    {
        var text = """{"auditID":"a","stage":"b","requestURI":"/api?access_token=HIDE\u0026limit=5&token=HIDE&fieldSelector=mytoken=x&token="}""";
        var masked = Masked("HIDE").Trim('"');
        Assert.Equal(text.Replace("HIDE", masked, StringComparison.Ordinal), Reading.Of(text, new IngestOptions { MaskKey = Key }).Raw);
    }

    [Fact]
    public void Without_a_key_equal_values_are_equal_within_the_process()
    {
        const string text = """{"auditID":"a","stage":"b","requestObject":{"kind":"Secret","data":{"a":"x","b":"x"}}}""";
        using var json = JsonDocument.Parse(Reading.Of(text).Only.Raw);
        var data = json.RootElement.GetProperty("requestObject").GetProperty("data");
        Assert.Matches("^masked:[0-9a-f]{16}$", data.GetProperty("a").GetString());
        Assert.Equal(data.GetProperty("a").GetString(), data.GetProperty("b").GetString());
        Assert.Equal(Reading.Of(text).Raw, Reading.Of(text).Raw);
    }

    [Fact]
    public void A_cut_event_gives_no_secret_away()
    {
        const string text = """{"auditID":"a","stage":"b","objectRef":{"resource":"secrets"},"requestObject":{"kind":"Secret","data":{"a":"SECRETVAL""";
        Assert.DoesNotContain("SECRETVAL", Reading.Of(text + "[Truncated...]").Raw);
    }

    private static string Masked(string value) =>
        $"\"masked:{Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(value)))[..16]}\"";
}
