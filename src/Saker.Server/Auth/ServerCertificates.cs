using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Saker.Server.Configuration;

namespace Saker.Server.Auth;

/// <summary>
/// The server's certificate and the authorities of its clients, from PEM files. They are looked at again every few seconds: cert-manager and its like replace them while the server runs. New
/// connections get the new ones; files that cannot be read leave the old ones in place.
/// </summary>
internal sealed class ServerCertificates : IDisposable
{
    private readonly TlsSettings settings;
    private readonly Action<string> report;
    private readonly ITimer timer;
    private Loaded loaded;

    /// <summary>Throws <see cref="CryptographicException"/> or IOException if they cannot be read now.</summary>
    public ServerCertificates(TlsSettings settings, TimeProvider clock, Action<string> report, TimeSpan? every = null)
    {
        (this.settings, this.report) = (settings, report);
        loaded = Load();
        var period = every ?? TimeSpan.FromSeconds(5);
        timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter => loaded.Certificate.NotAfter;

    /// <summary>What a new connection is answered with.</summary>
    public SslServerAuthenticationOptions Options()
    {
        var now = Volatile.Read(ref loaded);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = now.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = settings.ClientAuthorityFile is not null,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => IsTrusted(certificate as X509Certificate2, now.Authorities),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    public void Dispose() => timer.Dispose();

    /// <summary>A certificate that is brought must be sound; one may be missing only where none is required.</summary>
    private bool IsTrusted(X509Certificate2? certificate, X509Certificate2Collection authorities)
    {
        if (certificate is null)
        {
            return !settings.RequiresClientCertificate;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    private void Look()
    {
        try
        {
            if (Stamp() != loaded.Stamp)
            {
                Volatile.Write(ref loaded, Load());
                report($"the TLS certificate was read again; it ends {loaded.Certificate.NotAfter:yyyy-MM-dd}");
            }
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            report($"the TLS certificate changed and cannot be read, so the old one stays: {failure.Message}");
        }
    }

    private Loaded Load()
    {
        var stamp = Stamp();
        using var pem = X509Certificate2.CreateFromPemFile(settings.CertificateFile, settings.KeyFile);

        // A key that was read from PEM is not usable on every platform until it went through PKCS #12.
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(settings.CertificateFile);
        var authorities = new X509Certificate2Collection();
        if (settings.ClientAuthorityFile is { } file)
        {
            authorities.ImportFromPemFile(file);
        }

        return new Loaded(certificate, SslStreamCertificateContext.Create(certificate, chain, offline: true), authorities, stamp);
    }

    private string Stamp() => string.Join('|', new[] { settings.CertificateFile, settings.KeyFile, settings.ClientAuthorityFile }.OfType<string>()
        .Select(f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))));

    private sealed record Loaded(X509Certificate2 Certificate, SslStreamCertificateContext Context, X509Certificate2Collection Authorities, string Stamp);
}
