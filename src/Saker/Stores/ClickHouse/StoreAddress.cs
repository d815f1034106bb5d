using Saker.Stores.ClickHouse.Engine;

namespace Saker.Stores.ClickHouse;

/// <summary>Where a ClickHouse answers over HTTP, and what it wants to see.</summary>
/// <param name="Url">With the path that queries go to: <c>http://127.0.0.1:40123/query</c>, <c>https://clickhouse.example:8443/</c>.</param>
/// <param name="Headers">Who asks: user and password, or the secret of the private engine.</param>
/// <param name="Database">The database of the tables.</param>
internal sealed record StoreAddress(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, string Database)
{
    /// <summary>Whether bodies are worth compressing: they leave the machine.</summary>
    public bool IsRemote => !Url.IsLoopback;

    /// <summary>The private engine's.</summary>
    public static StoreAddress OfEngine(int port, string secret) =>
        new(new Uri($"http://127.0.0.1:{port}{EngineConfig.QueryPath}"), [new(EngineConfig.SecretHeader, secret)], "default");

    /// <summary>A server's: <c>https://clickhouse.example:8443</c>; <c>/saker</c> behind it names the database.</summary>
    /// <exception cref="FormatException">It is no http or https address, or carries what has a setting of its own.</exception>
    public static StoreAddress OfServer(string url, string? user, string? password)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"store.url `{url}` is no http:// or https:// address");
        }

        if (address.UserInfo.Length > 0)
        {
            throw new FormatException("store.url must not carry a password: use store.user and store.password_file");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new FormatException($"store.url `{url}` must end with the database's name: it takes no query");
        }

        var database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/'));
        var headers = new List<KeyValuePair<string, string>>();
        if (user is { Length: > 0 })
        {
            headers.Add(new("X-ClickHouse-User", user));
            headers.Add(new("X-ClickHouse-Key", password ?? ""));
        }

        return new StoreAddress(new Uri(address, "/"), headers, database.Length > 0 ? database : "default");
    }

    /// <summary>Without the headers: they are secret.</summary>
    public override string ToString() => $"{Url.GetLeftPart(UriPartial.Authority)}/{Database}";
}
