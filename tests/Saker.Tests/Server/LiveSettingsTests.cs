using Microsoft.Extensions.Logging;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Serving;
using Saker.Server.Telemetry;
using Xunit;

namespace Saker.Tests.Server;

public sealed class LiveSettingsTests
{
    [Fact]
    public void A_changed_file_is_taken_whole_or_not_at_all()
    {
        using var directory = new ServerDirectory();
        var path = Path.Combine(directory.Path, "saker.yaml");
        string Token(string name, string token) => $"tokens:\n  - name: {name}\n    sha256: {Convert.ToHexString(TokenHash.Of(token))}\n";
        File.WriteAllText(path, Token("a", "first"));
        var set = new TokenSet();
        using var log = new StringWriter();
        using var told = new ServerLog(log, false, LogLevel.Information, TimeProvider.System);
        var (rates, certificates) = (new RateLimits(TimeProvider.System), new CertificateCallers());
        var options = new ServeOptions(path, new Dictionary<string, string>(), log, log, false);
        using var live = new LiveSettings(SettingsFile.Load(path, options.Environment), options, new TokenStore(set, new TokenFile(directory.Path), TimeProvider.System), certificates, rates, told, TimeProvider.System, TimeSpan.FromHours(1));
        var hash = live.Status.Hash;
        Assert.NotNull(set.Find("first"));

        File.WriteAllText(path, Token("b", "second") + "limits:\n  token_bytes_per_second: 77\n  json_dept: 5\n");
        live.Look();
        Assert.NotNull(set.Find("first"));
        Assert.Null(set.Find("second"));
        Assert.Equal((0, hash), (rates.BytesPerSecond, live.Status.Hash));
        Assert.Contains("json_dept", live.Status.Refused, StringComparison.Ordinal);

        File.WriteAllText(path, Token("b", "second") + "listen: 127.0.0.1:1\ncontent: [broken]\nlimits:\n  token_bytes_per_second: 77\n");
        Directory.CreateDirectory(Path.Combine(directory.Path, "broken", "macros"));
        File.WriteAllText(Path.Combine(directory.Path, "broken", "macros", "m.yml"), "name: m\ndefinition: [\n");
        live.Look();
        Assert.Null(set.Find("second"));
        Assert.NotNull(live.Status.Refused);

        File.WriteAllText(path, Token("b", "second") + "listen: 127.0.0.1:1\nlimits:\n  token_bytes_per_second: 77\n");
        live.Look();
        Assert.Null(set.Find("first"));
        Assert.NotNull(set.Find("second"));
        Assert.Equal(77, rates.BytesPerSecond);
        Assert.Null(live.Status.Refused);
        Assert.Equal(["listen"], live.Status.WantsRestart);
        Assert.NotEqual(hash, live.Status.Hash);
    }

    [Fact]
    public async Task A_new_certificate_is_taken_and_a_broken_one_is_not()
    {
        using var files = new TestCertificates();
        using var server = files.Server(clientAuthority: false, TimeSpan.FromMilliseconds(20));
        string Now() => server.Options().ServerCertificateContext!.TargetCertificate.Thumbprint;
        var first = Now();
        await File.WriteAllTextAsync(files.CertificateFile, "nonsense");
        await Task.Delay(200);
        Assert.Equal(first, Now());
        var second = files.WriteServer();
        for (var i = 0; i < 100 && Now() != second; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(second, Now());
    }
}
