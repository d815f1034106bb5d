namespace Saker.Content;

/// <summary>
/// The rule that sees what <c>saker canary</c> sends (<c>saker-canary-0123456789abcdef-hec</c>), and where its risk events go: beside those of all other rules, so that no score and no search for risk has them.
/// </summary>
internal static class Canary
{
    public const string DetectionId = "5a6b1c62-0d0f-4c5e-8d8a-3f0d6a4e9c11";

    /// <summary>What senders of marked events are called, and the cluster that marked audit events name: so balances call their source <c>hec/saker-canary</c>, whoever tries it and however often.</summary>
    public const string Source = "saker-canary";

    /// <summary>Not found by <c>index=*</c>, as all names that begin so.</summary>
    public const string Index = "_canary";

    private const string Prefix = "saker-canary-";
    private const int IdLength = 16;

    /// <summary>What marks the event that is sent one way in.</summary>
    public static string MarkOf(string id, string way) => $"{Prefix}{id}-{way}";

    /// <summary>The token that one run sends with: two at once do not take each other's.</summary>
    public static string TokenOf(string id) => Prefix + id;

    /// <summary>Whether a token was made for a run.</summary>
    public static bool IsToken(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && IsId(name[Prefix.Length..]);

    /// <summary>The id in a mark; null if it is none.</summary>
    public static string? IdOf(string mark) => mark.StartsWith(Prefix, StringComparison.Ordinal) && mark.Length > Prefix.Length + IdLength ? mark.Substring(Prefix.Length, IdLength) : null;

    public static bool IsId(string id) => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower);
}
