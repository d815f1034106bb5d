using System.Security.Cryptography;
using System.Text;

namespace Saker.Server.Auth;

/// <summary>
/// A token is 32 random bytes, <c>skr_</c> and 43 letters of base64url; kept is its SHA-256. A slow hash (PBKDF2, Argon2) protects words that people choose from being guessed; nobody
/// guesses 256 random bits, so a fast hash loses nothing, and a sender's every request costs a microsecond.
/// </summary>
internal static class TokenHash
{
    public const int Bytes = SHA256.HashSizeInBytes;

    /// <summary>Tokens of other makes (Splunk's are GUIDs) are taken from this length on.</summary>
    public const int ShortestToken = 32;

    private const string Prefix = "skr_";

    /// <summary>A new token. It is shown once and never kept.</summary>
    public static string NewToken() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static byte[] Of(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
