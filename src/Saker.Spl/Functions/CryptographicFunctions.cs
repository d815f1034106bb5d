using System.Security.Cryptography;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Digests of a text's UTF-8 bytes, in lower-case hexadecimal.</summary>
internal static class CryptographicFunctions
{
#pragma warning disable CA5350, CA5351 // Not for security: published detections compare these with digests in events.
    public static IEnumerable<FunctionSpec> All =>
    [
        Digest("md5", "MD5", MD5.HashData),
        Digest("sha1", "SHA-1", SHA1.HashData),
        Digest("sha256", "SHA-256", SHA256.HashData),
        Digest("sha512", "SHA-512", SHA512.HashData),
    ];
#pragma warning restore CA5350, CA5351

    private static FunctionSpec Digest(string name, string called, Func<byte[], byte[]> hash) =>
        FunctionSpec.OfText(name, $"{name}(text)", $"The {called} digest.", text => Value.Of(Convert.ToHexStringLower(hash(Encoding.UTF8.GetBytes(text)))));
}
