using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Saker.Notify.Outputs;

/// <summary>How a receiver's certificate is checked.</summary>
internal static class Tls
{
    /// <summary>Against the authorities of a PEM file, or the system's. The file is read at each connection, so that a rotated one counts.</summary>
    /// <exception cref="DeliveryException">The file cannot be read.</exception>
    public static SslClientAuthenticationOptions Options(OutputSettings settings, string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (settings.AuthorityFile.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            try
            {
                authorities.ImportFromPemFile(settings.AuthorityFile);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
            {
                throw new DeliveryException($"{settings.AuthorityFile} cannot be read: {failure.Message}", failure) { CannotHaveArrived = true };
            }

            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }
}
