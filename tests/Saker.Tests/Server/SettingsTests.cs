using System.Text.RegularExpressions;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Server;

public sealed class SettingsTests
{
    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    private static (ServerSettings? Settings, IReadOnlyList<Diagnostic> Mistakes) Read(string text, params (string Name, string Value)[] environment) =>
        SettingsReader.Read("saker.yaml", text, Path.GetTempPath(), environment.ToDictionary(e => e.Name, e => e.Value));

    private static string Mistake(string text, params (string Name, string Value)[] environment)
    {
        var (settings, mistakes) = Read(text, environment);
        Assert.Null(settings);
        return DiagnosticRenderer.Render(Assert.Single(mistakes));
    }

    [Fact]
    public void Nothing_at_all_is_a_sound_configuration()
    {
        var (settings, mistakes) = Read("");
        Assert.Empty(mistakes);
        Assert.Equal("127.0.0.1:8088", settings!.Listen);
        Assert.Equal(64 * 1024 * 1024, settings.Limits.BodyBytes);
    }

    [Fact]
    public void An_unknown_key_is_refused_with_its_place_and_what_was_meant()
    {
        var told = Mistake("limits:\n  body_byte: 5000\n");
        Assert.Contains("saker.yaml:2:3", told, StringComparison.Ordinal);
        Assert.Contains("unknown key `limits.body_byte`", told, StringComparison.Ordinal);
        Assert.Contains("did you mean `body_bytes`?", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen: somewhere", "saker.yaml:1:9")]
    [InlineData("limits:\n  json_depth: 5", "at least 16")]
    [InlineData("limits:\n  json_depth: many", "a whole number")]
    [InlineData("log:\n  level: loud", "cannot be `loud`")]
    [InlineData("tokens:\n  - name: a\n    sha256: abc", "no SHA-256")]
    [InlineData("tokens:\n  - name: a b\n    sha256: 0000000000000000000000000000000000000000000000000000000000000000", "up to 64 letters")]
    [InlineData("tokens:\n  - name: a\n    scopes: [write]\n    sha256: 0000000000000000000000000000000000000000000000000000000000000000", "cannot be `write`")]
    [InlineData("store:\n  url: ftp://x", "no address")]
    [InlineData("limits:\n  body_bytes: 100000000\n  bodies_bytes: 50000000", "must hold at least one body")]
    [InlineData("content: [nowhere-at-all]", "no directory or file")]
    [InlineData("tls:\n  certificate: /nowhere/at/all.pem\n  key: /etc/hostname", "there is no file")]
    [InlineData("listen: [", "this is not YAML")]
    [InlineData("schedules:\n  - {detection: x, cron: often}", "`often` is not a cron schedule")]
    [InlineData("schedules:\n  - {detection: x, earliest: soon}", "`soon` is not a time modifier")]
    [InlineData("outputs:\n  - {name: a, type: pager}", "no output is a `pager`")]
    [InlineData("limits: 5", "should be a mapping")]
    public void Mistakes_are_told_with_what_would_be_right(string text, string told) => Assert.Contains(told, Mistake(text), StringComparison.Ordinal);

    [Fact]
    public void Every_mistake_is_told_at_once() => Assert.Equal(3, Read("limts: {}\nlisten: x\nlog:\n  level: loud\n").Mistakes.Count);

    [Fact]
    public void A_variable_overrides_the_file()
    {
        var (settings, mistakes) = Read("limits:\n  body_bytes: 5000\n  json_depth: 50\n", ("SAKER__LIMITS__BODY_BYTES", "6000"), ("SAKER__LISTEN", "[::1]:1"), ("OTHER", "x"));
        Assert.Empty(mistakes);
        Assert.Equal((6000, 50, "[::1]:1"), (settings!.Limits.BodyBytes, settings.Limits.JsonDepth, settings.Listen));
    }

    [Fact]
    public void A_mistake_in_a_variable_is_told_with_its_name()
    {
        Assert.Contains("SAKER__SEARCH__ROWS=many", Mistake("", ("SAKER__SEARCH__ROWS", "many")), StringComparison.Ordinal);
        Assert.Contains("did you mean `SAKER__SEARCH__ROWS`?", Mistake("", ("SAKER__SEARCH__ROW", "5")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_read_with_all_that_stands_beside_it()
    {
        var hash = Convert.ToHexString(TokenHash.Of("t"));
        var (settings, _) = Read($"tokens:\n  - name: a\n    sha256: {hash}\n    scopes: [read, admin]\n    cluster: prod\n    acknowledgement: true\n    audit_from_containers: [\"kube:container:kube-apiserver\"]\n");
        var token = Assert.Single(settings!.Tokens);
        Assert.Equal((Scopes.Read | Scopes.Admin, "prod", true), (token.Scopes, token.Cluster, token.Rules.Acknowledges));
        Assert.Equal(["kube:container:kube-apiserver"], token.Rules.Trust.Audit);
        Assert.Equal(["kube:container:falco"], token.Rules.Trust.Falco);
        Assert.NotNull(new TokenSet(token).Find("t"));
    }

    [Fact]
    public void The_sample_says_the_defaults_and_knows_every_setting()
    {
        var text = File.ReadAllText(Path.Combine(Deploy, "saker.yaml"));
        var (settings, mistakes) = Read(text);
        Assert.Empty(mistakes);
        Assert.Equivalent(new ServerSettings(), settings);
        Assert.All(SettingTable.All, s => Assert.Matches($@"(?m)^[# ]*(- )?{Regex.Escape(s.Path.Split('.')[^1])}:", text));
    }

    [Fact]
    public void Every_setting_of_the_table_is_read_and_none_besides()
    {
        foreach (var setting in SettingTable.All.Where(s => s.Variable is not null && s.Kind != SettingKind.Numbers))
        {
            Assert.DoesNotContain(Read("", (setting.Variable!, setting.Words.Count > 0 ? setting.Words[0] : setting.Default.Length > 0 ? setting.Default : "1")).Mistakes, m => m.Message.Contains("unknown", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_schema_is_the_tables()
    {
        var path = Path.Combine(Deploy, "saker.schema.json");
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(path, SettingsSchema.Write());
        }

        Assert.Equal(SettingsSchema.Write(), File.ReadAllText(path));
    }

    [Fact]
    public void The_page_of_the_server_lists_every_setting()
    {
        var path = Path.Combine(Repository.Root, "docs", "server.md");
        var page = File.ReadAllText(path);
        var table = new System.Text.StringBuilder("<!-- settings -->\n| setting | default | live | what |\n|---|---|---|---|\n");
        foreach (var setting in SettingTable.All)
        {
            table.Append($"| `{setting.Path}` | {(setting.Default.Length > 0 ? $"`{setting.Default}`" : "")} | {(setting.IsLive ? "yes" : "")} | {setting.About} |\n");
        }

        var expected = Regex.Replace(page, "(?s)<!-- settings -->.*<!-- /settings -->", table.Append("<!-- /settings -->").ToString().Replace("$", "$$", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, page);
    }
}
