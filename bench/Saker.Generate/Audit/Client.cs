namespace Saker.Generate.Audit;

/// <summary>Who makes requests: an identity at an address with a program.</summary>
/// <param name="username">As audit events tell it, <c>system:node:worker-1</c>; empty for a request that was not authenticated at all.</param>
/// <param name="groups">The user's groups.</param>
/// <param name="address">The peer's address, the last of <c>sourceIPs</c>.</param>
/// <param name="userAgent">The program.</param>
/// <param name="reason">Why RBAC lets it do what it does; empty for the node authorizer and system:masters.</param>
internal sealed class Client(string username, string[] groups, string address, string userAgent, string reason = "")
{
    private string? json;

    public string Username { get; } = username;

    public string Reason { get; } = reason;

    public string? Uid { get; init; }

    /// <summary><c>X509SHA256=…</c> or <c>JTI=…</c></summary>
    public string? Credential { get; init; }

    /// <summary>Further fields of <c>user.extra</c>, as JSON without braces.</summary>
    public string Extra { get; init; } = "";

    /// <summary>Addresses that the client claims in X-Forwarded-For: they stand before its own.</summary>
    public string[] Claimed { get; init; } = [];

    /// <summary>The JSON of <c>user</c>, <c>sourceIPs</c> and <c>userAgent</c>.</summary>
    public string Json => json ??= Render();

    /// <summary>The same identity in other hands.</summary>
    public Client From(string otherAddress, string otherUserAgent, params string[] claimed) =>
        new(Username, groups, otherAddress, otherUserAgent, Reason) { Uid = Uid, Credential = Credential, Extra = Extra, Claimed = claimed };

    private string Render() => $"\"user\":{User()},\"sourceIPs\":{GoJson.Array([.. Claimed, address])},\"userAgent\":{GoJson.Quote(userAgent)}";

    private string User()
    {
        if (Username.Length == 0)
        {
            return "{}";
        }

        var uid = Uid is null ? "" : $",\"uid\":{GoJson.Quote(Uid)}";
        var credential = Credential is null ? "" : $"\"authentication.kubernetes.io/credential-id\":[{GoJson.Quote(Credential)}]";
        var extra = string.Join(',', new[] { Extra, credential }.Where(part => part.Length > 0));
        return $"{{\"username\":{GoJson.Quote(Username)}{uid},\"groups\":{GoJson.Array(groups)}" + (extra.Length > 0 ? $",\"extra\":{{{extra}}}}}" : "}");
    }
}
