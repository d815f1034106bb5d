using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Saker.Server.Auth;
using Saker.Server.Configuration;

namespace Saker.Tests.Server;

/// <summary>Authorities, a server's certificate in PEM files, and clients' certificates, made for a test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly DateTimeOffset To = From.AddYears(50);
    private readonly ServerDirectory directory = new();

    public TestCertificates()
    {
        Authority = NewAuthority("clients");
        Foreign = NewAuthority("foreign");
        WriteServer();
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Foreign { get; }

    public string CertificateFile => Path.Combine(directory.Path, "tls.crt");

    public string KeyFile => Path.Combine(directory.Path, "tls.key");

    private string AuthorityFile => Path.Combine(directory.Path, "ca.crt");

    /// <summary>Writes a new certificate of the server.</summary>
    public string WriteServer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(From, To);
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        return certificate.Thumbprint;
    }

    public ServerCertificates Server(bool clientAuthority, TimeSpan? every = null) =>
        new(new TlsSettings(CertificateFile, KeyFile, clientAuthority ? AuthorityFile : null, false), TimeProvider.System, _ => { }, every);

    public X509Certificate2 Client(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(authority, From, To, RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        directory.Dispose();
        Authority.Dispose();
        Foreign.Dispose();
    }

    private static X509Certificate2 NewAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(From.AddYears(-1), To.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
