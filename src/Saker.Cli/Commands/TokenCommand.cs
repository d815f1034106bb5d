using System.CommandLine;
using System.Runtime.CompilerServices;
using Saker.Cli.Output;
using Saker.Server.Auth;
using Saker.Server.Configuration;

namespace Saker.Cli.Commands;

/// <summary><c>saker token</c>: who may send to the server, and ask it.</summary>
internal static class TokenCommand
{
    private const string Help = """
        Creates, lists and revokes the tokens of the server whose data directory this is. A running server takes changes within seconds.

        Only hashes are kept: a token is shown once, when it is made.

        Examples:
          saker token create ci --cluster prod
          saker token create soc --scope read
          saker token create forwarder --acknowledgement
          saker token list
          saker token revoke ci

        Exit codes: 0 done, 64 wrong usage, 65 a mistake in the configuration, 73 the data directory cannot be written.
        """;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "The data directory; by default that of the configuration.", HelpName = "DIRECTORY", Recursive = true };
        var config = new Option<string?>("--config", "-c") { Description = "The configuration file that names it.", HelpName = "FILE", Recursive = true };
        var command = new Command("token", Help) { New(data, config), List(data, config), Revoke(data, config) };
        command.Options.Add(data);
        command.Options.Add(config);
        return command;
    }

    private static Command New(Option<string?> data, Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = "What the token is called in logs and balances." };
        var scopes = new Option<string[]>("--scope") { Description = "ingest, read or admin; repeatable. By default ingest.", HelpName = "SCOPE" };
        var cluster = new Option<string?>("--cluster") { Description = "The only cluster that it speaks for.", HelpName = "NAME" };
        var acknowledges = new Option<bool>("--acknowledgement") { Description = "HEC senders ask for acknowledgements and name a channel." };
        var inAddress = new Option<bool>("--allow-in-address") { Description = "HEC senders may write it into the address (?token=)." };
        var command = new Command("create", "Makes a token and shows it, this once.") { name, scopes, cluster, acknowledges, inAddress };
        command.SetAction(parsed => Guarded(() =>
        {
            var rules = new TokenRules { Acknowledges = parsed.GetValue(acknowledges), AllowsQuery = parsed.GetValue(inAddress) };
            return Make(Directory(parsed.GetValue(data), parsed.GetValue(config)), parsed.GetValue(name)!, parsed.GetValue(scopes) ?? [], parsed.GetValue(cluster), rules);
        }));
        return command;
    }

    private static Command List(Option<string?> data, Option<string?> config)
    {
        var command = new Command("list", "Lists them; never the tokens themselves.");
        command.SetAction(parsed => Guarded(() =>
        {
            foreach (var token in new TokenFile(Directory(parsed.GetValue(data), parsed.GetValue(config))).Load())
            {
                var marks = (token.Cluster is null ? "" : $"  cluster {token.Cluster}") + (token.Rules.Acknowledges ? "  acknowledgement" : "");
                Console.WriteLine(SafeText.Of($"{token.Name,-24} {string.Join(',', ScopeNames.Of(token.Scopes)),-18} {token.Created.UtcDateTime:yyyy-MM-dd}{marks}"));
            }

            return ExitCode.Nothing;
        }));
        return command;
    }

    private static Command Revoke(Option<string?> data, Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = "The token's name." };
        var command = new Command("revoke", "Revokes one for good.") { name };
        command.SetAction(parsed => Guarded(() =>
        {
            if (!new TokenFile(Directory(parsed.GetValue(data), parsed.GetValue(config))).TryRemove(parsed.GetValue(name)!))
            {
                throw new UsageException($"there is no token called `{parsed.GetValue(name)}` in tokens.json; one of saker.yaml is removed there");
            }

            Console.WriteLine($"{parsed.GetValue(name)} is revoked.");
            return ExitCode.Nothing;
        }));
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Make(string directory, string name, string[] words, string? cluster, TokenRules rules)
    {
        if (!TokenEntry.IsName(name))
        {
            throw new UsageException("a token's name is up to 64 letters, digits, dots, dashes, underscores or colons");
        }

        Scopes scopes;
        try
        {
            scopes = words.Length == 0 ? Scopes.Ingest : ScopeNames.Read(words);
        }
        catch (FormatException mistake)
        {
            throw new UsageException($"--scope: {mistake.Message}");
        }

        var token = TokenHash.NewToken();
        if (!new TokenFile(directory).TryAdd(new TokenEntry(name, TokenHash.Of(token), scopes, cluster, rules) { Created = TimeProvider.System.GetUtcNow() }))
        {
            throw new UsageException($"there is a token called `{name}`; revoke it first");
        }

        Console.WriteLine(token);
        return ExitCode.Nothing;
    }

    /// <summary>The data directory that was named, or that the configuration names.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static string Directory(string? data, string? config)
    {
        if (data is not null)
        {
            return Path.GetFullPath(data);
        }

        var loaded = SettingsFile.Load(config ?? SettingsFile.Find(), EnvironmentOverrides.OfProcess());
        return loaded.Settings?.DataDirectory ?? throw new UsageException("the configuration has mistakes: see `saker config check`");
    }

    private static int Guarded(Func<int> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OutputException(failure.Message);
        }
    }
}
