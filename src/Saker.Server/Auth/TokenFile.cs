using System.Text.Json;
using Saker.Ingest;

namespace Saker.Server.Auth;

/// <summary>
/// The tokens that <c>saker token create</c> made: <c>tokens.json</c> in the data directory, readable by its owner only, holding hashes. Replaced whole, so that a reader never sees a half.
/// </summary>
internal sealed class TokenFile(string dataDirectory)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, "tokens.json");

    /// <summary>When it was last changed; default if there is none.</summary>
    public DateTime Changed => File.Exists(Path) ? File.GetLastWriteTimeUtc(Path) : default;

    /// <summary>Its entries. Throws <see cref="InvalidDataException"/> where it is damaged.</summary>
    public IReadOnlyList<TokenEntry> Load()
    {
        if (!File.Exists(Path))
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path));
            return [.. json.RootElement.GetProperty("tokens").EnumerateArray().Select(Read)];
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{Path} is damaged: {failure.Message}", failure);
        }
    }

    /// <summary>Adds a token; false if the name is taken.</summary>
    public bool TryAdd(TokenEntry entry)
    {
        using var turn = Lock();
        var entries = Load();
        if (entries.Any(e => e.Name == entry.Name))
        {
            return false;
        }

        Save([.. entries, entry]);
        return true;
    }

    /// <summary>Removes a token; false if there is none of this name.</summary>
    public bool TryRemove(string name)
    {
        using var turn = Lock();
        var entries = Load();
        if (!entries.Any(e => e.Name == name))
        {
            return false;
        }

        Save([.. entries.Where(e => e.Name != name)]);
        return true;
    }

    /// <summary>One changes at a time, of all processes.</summary>
    private FileStream Lock()
    {
        PrivateFile.CreateDirectory(dataDirectory);
        return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    private void Save(IReadOnlyList<TokenEntry> entries)
    {
        var tokens = entries.Select(e => new Dictionary<string, object?>
        {
            ["name"] = e.Name,
            ["sha256"] = Convert.ToHexStringLower(e.Hash.Span),
            ["scopes"] = ScopeNames.Of(e.Scopes),
            ["cluster"] = e.Cluster,
            ["created"] = e.Created,
            ["acknowledgement"] = e.Rules.Acknowledges,
            ["allow_in_address"] = e.Rules.AllowsQuery,
            ["indexes"] = e.Rules.Indexes,
            ["audit_from_containers"] = e.Rules.Trust.Audit,
            ["falco_from_containers"] = e.Rules.Trust.Falco,
            ["bytes_per_second"] = e.Rules.BytesPerSecond,
        });
        PrivateFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(new { tokens }, Indented));
    }

    private static TokenEntry Read(JsonElement token)
    {
        var rules = new TokenRules
        {
            Acknowledges = token.TryGetProperty("acknowledgement", out var acknowledges) && acknowledges.GetBoolean(),
            AllowsQuery = token.TryGetProperty("allow_in_address", out var query) && query.GetBoolean(),
            Indexes = Texts(token, "indexes") ?? [],
            BytesPerSecond = token.TryGetProperty("bytes_per_second", out var rate) ? rate.GetInt64() : 0,
            Trust = new ContentTrust { Audit = Texts(token, "audit_from_containers") ?? [], Falco = Texts(token, "falco_from_containers") ?? ContentTrust.Default.Falco },
        };
        var hash = Convert.FromHexString(token.GetProperty("sha256").GetString()!);
        return new TokenEntry(
            token.GetProperty("name").GetString()!,
            hash.Length == TokenHash.Bytes ? hash : throw new FormatException("a hash that is none"),
            ScopeNames.Read(Texts(token, "scopes") ?? []),
            token.TryGetProperty("cluster", out var cluster) ? cluster.GetString() : null,
            rules)
        {
            Created = token.TryGetProperty("created", out var created) ? created.GetDateTimeOffset() : default,
        };
    }

    private static List<string>? Texts(JsonElement token, string name) =>
        token.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(t => t.GetString()!)] : null;
}

/// <summary>Scopes as words.</summary>
internal static class ScopeNames
{
    public static IReadOnlyList<string> Of(Scopes scopes) => [.. new[] { Scopes.Ingest, Scopes.Read, Scopes.Admin }.Where(s => (scopes & s) != 0).Select(s => s.ToString().ToLowerInvariant())];

    /// <summary>Throws <see cref="FormatException"/> for a word that is none.</summary>
    public static Scopes Read(IEnumerable<string> words) => words.Aggregate(Scopes.None, (all, word) => all | word switch
    {
        "ingest" => Scopes.Ingest,
        "read" => Scopes.Read,
        "admin" => Scopes.Admin,
        _ => throw new FormatException($"`{word}` is no scope: ingest, read and admin are"),
    });
}
