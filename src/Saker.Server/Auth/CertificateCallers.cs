using System.Security.Cryptography.X509Certificates;

namespace Saker.Server.Auth;

/// <summary>Who may come with a client certificate instead of a token: by the common name. That a trusted authority signed it was checked in the TLS handshake.</summary>
internal sealed class CertificateCallers(IReadOnlyDictionary<string, Caller> byName)
{
    private IReadOnlyDictionary<string, Caller> byName = byName;

    public CertificateCallers()
        : this(new Dictionary<string, Caller>())
    {
    }

    public void Replace(IReadOnlyDictionary<string, Caller> callers) => Volatile.Write(ref byName, callers);

    public Caller? Find(X509Certificate2? certificate) =>
        certificate is null ? null : byName.GetValueOrDefault(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
}
