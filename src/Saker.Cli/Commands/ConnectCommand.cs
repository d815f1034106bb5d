using System.CommandLine;
using Saker.Cli.Connecting;
using Saker.Cli.Output;
using Saker.Detections;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker connect</c>: the configuration that a sender needs for this server.</summary>
internal static class ConnectCommand
{
    private const string Placeholder = "SAKER_TOKEN";

    private const string Help = """
        Prints the configuration with which a sender sends to this server, as YAML: kube-apiserver (the audit policy that the detections need, the log file, the webhook), otel-collector and falco (Helm values), fluent-bit, eks (CloudWatch to Firehose).

        Examples:
          saker connect kube-apiserver --server https://saker.example.com --cluster prod --token "$TOKEN"
          saker connect otel-collector --server https://saker.example.com --cluster prod --token "$TOKEN" > values.yaml
          saker connect kube-apiserver --content security_content/

        Exit codes: 0 done, 64 wrong usage, 65 errors in content.
        """;

    public static Command Create()
    {
        var command = new Command("connect", Help);
        var sender = new Argument<string>("SENDER") { Description = string.Join(", ", Senders.All.Keys) + "." };
        sender.AcceptOnlyFromAmong([.. Senders.All.Keys]);
        var server = new Option<string>("--server") { Description = "The address at which the sender reaches the server.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8088" };
        var token = new Option<string?>("--token") { Description = $"A token that may send; else the variable SAKER_TOKEN, else the word {Placeholder} stands for it.", HelpName = "TOKEN" };
        var cluster = new Option<string>("--cluster") { Description = "What the cluster is called.", HelpName = "NAME", DefaultValueFactory = _ => "kubernetes" };
        var content = new ContentOptions();
        command.Arguments.Add(sender);
        command.Options.Add(server);
        command.Options.Add(token);
        command.Options.Add(cluster);
        content.AddTo(command);
        command.SetAction(parsed =>
        {
            var known = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("SAKER_TOKEN");
            var target = new ConnectTarget(Address(parsed.GetValue(server)!), Sound("--token", known is { Length: > 0 } ? known : Placeholder), Sound("--cluster", parsed.GetValue(cluster)!));
            return Run(parsed, Senders.All[parsed.GetValue(sender)!], target, content);
        });
        return command;
    }

    private static int Run(ParseResult parsed, Func<ConnectTarget, Func<string>, string> write, ConnectTarget target, ContentOptions options)
    {
        var hasErrors = false;
        string Policy()
        {
            var content = options.Load(parsed);
            var mistakes = content.Diagnostics.Where(d => d.Severity == Severity.Error).ToList();
            var detections = PreparedDetection.Prepare(options.Select(parsed, content), content.Macros, mistakes);
            hasErrors = ContentOptions.Tell([.. mistakes.Where(d => d.Severity == Severity.Error)]);
            return AuditPolicy.Write(AuditPolicy.Derive(detections));
        }

        var text = write(target, Policy);
        using var output = OutputTarget.Open(null);
        output.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        if (target.Server.IsLoopback)
        {
            Console.Error.WriteLine($"saker: {target.Host} is this machine only; name the address that the cluster reaches with --server");
        }

        if (target.Token == Placeholder)
        {
            Console.Error.WriteLine($"saker: put a token in place of {Placeholder}, or name it with --token");
        }

        return hasErrors ? ExitCode.Content : ExitCode.Nothing;
    }

    private static Uri Address(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw new UsageException($"--server {text}: write a URL such as https://saker.example.com");
        }

        return new Uri(address.GetLeftPart(UriPartial.Authority));
    }

    private static string Sound(string option, string text) => text.Length == 0 || text.Any(char.IsControl)
        ? throw new UsageException($"{option}: must be a name without control characters, and not empty")
        : text;
}
