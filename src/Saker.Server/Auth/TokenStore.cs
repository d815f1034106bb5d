namespace Saker.Server.Auth;

/// <summary>All tokens of a server: those of the configuration and those of <c>tokens.json</c>, which other processes may change.</summary>
internal sealed class TokenStore(TokenSet tokens, TokenFile file, TimeProvider clock)
{
    private readonly Lock gate = new();
    private IReadOnlyList<TokenEntry> configured = [];
    private DateTime seen;

    public TokenSet Tokens => tokens;

    /// <summary>Takes the configuration's tokens, and reads the file again. Throws <see cref="InvalidDataException"/> where it is damaged.</summary>
    public void Configure(IReadOnlyList<TokenEntry> entries)
    {
        lock (gate)
        {
            configured = entries;
            Load();
        }
    }

    /// <summary>Reads the file again if it changed; true if it did.</summary>
    public bool Look()
    {
        lock (gate)
        {
            if (file.Changed == seen)
            {
                return false;
            }

            Load();
            return true;
        }
    }

    /// <summary>Makes a token and returns it: the only time that it can be seen. Null if the name is taken; throws <see cref="FormatException"/> if it is none.</summary>
    public string? Create(string name, Scopes scopes, string? cluster, TokenRules rules)
    {
        if (!TokenEntry.IsName(name))
        {
            throw new FormatException("a token's name is up to 64 letters, digits, dots, dashes, underscores or colons");
        }

        lock (gate)
        {
            var token = TokenHash.NewToken();
            if (configured.Any(c => c.Name == name) || !file.TryAdd(new TokenEntry(name, TokenHash.Of(token), scopes, cluster, rules) { Created = clock.GetUtcNow() }))
            {
                return null;
            }

            Load();
            return token;
        }
    }

    public bool Revoke(string name)
    {
        lock (gate)
        {
            var isGone = file.TryRemove(name);
            Load();
            return isGone;
        }
    }

    private void Load()
    {
        // The stamp first: a change while reading is seen the next time.
        seen = file.Changed;
        var names = configured.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        tokens.Replace([.. configured, .. file.Load().Where(t => !names.Contains(t.Name))]);
    }
}
