using System.CommandLine;
using Saker.Cli.Sending;
using Saker.Ingest;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker replay</c>: sends a data set to a HEC endpoint.</summary>
internal static class ReplayCommand
{
    private const string TokenVariable = "SAKER_HEC_TOKEN";

    private const string Help = """
        Sends a data set to an HTTP Event Collector (Splunk's protocol: Saker, Splunk, the OpenTelemetry Collector), as Splunk's replay tool does.

        Each line or JSON document is an event; lines that are HEC events already are sent as they are. With --rebase-time every time in the data moves by as much as makes the newest one now.

        Examples:
          saker replay audit.log --to https://splunk.example.com:8088 --token $TOKEN --sourcetype _json --source kubernetes
          saker replay falco.log --to https://saker.example.com --raw --sourcetype kube:container:falco
          saker replay attack.ndjson --to http://127.0.0.1:8088 --allow-loopback --rebase-time --rate 50/s

        The token may stand in the environment variable SAKER_HEC_TOKEN instead. Link-local addresses (cloud metadata services) are refused, and so is this machine unless
        --allow-loopback is given. Answers of 429 and 5xx and timeouts are tried again, with growing pauses.

        Exit codes: 0 everything was sent, 64 wrong usage, 69 something could not be sent.
        """;

    public static Command Create()
    {
        var command = new Command("replay", Help);
        var options = new ReplayOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ReplayOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var target = options.Target(parsed);
        var inputs = options.Inputs(parsed);
        var events = new ReplayEvents(inputs.Files, options.Labels(parsed), options.IsRaw(parsed));
        var shift = options.Rebases(parsed) ? events.ShiftToNow(TimeProvider.System, cancellation) : TimeSpan.Zero;
        using var sender = new HecSender(target);
        try
        {
            var result = await sender.SendAsync(events.Read(shift, cancellation), cancellation).ConfigureAwait(false);
            Console.WriteLine($"Sent {Counted.Of(result.Sent, "event")} in {Counted.Of(result.Batches, "request")} to {target.Url}; {result.Failed:#,0} failed.");
            foreach (var problem in result.Problems)
            {
                await Console.Error.WriteLineAsync($"error: {Output.SafeText.Of(problem)}").ConfigureAwait(false);
            }

            return result.Failed > 0 ? ExitCode.Unavailable : ExitCode.Nothing;
        }
        catch (AddressRefusedException refused)
        {
            throw new UsageException($"--to {target.Url}: {refused.Message}");
        }
    }

    /// <summary>The options of <c>saker replay</c>.</summary>
    private sealed class ReplayOptions
    {
        private readonly Argument<string[]> paths = new("FILE") { Description = "Files, directories, globs, or - for standard input; .gz too.", Arity = ArgumentArity.OneOrMore };
        private readonly Option<string> to = new("--to") { Description = "The endpoint: https://host:8088; the path of the protocol is added where it has none.", HelpName = "URL", Required = true };
        private readonly Option<string?> token = new("--token") { Description = $"The endpoint's token; by default that of {TokenVariable}.", HelpName = "TOKEN" };
        private readonly Option<string?> rate = new("--rate") { Description = "At most so many events a second: 50/s.", HelpName = "N/s" };
        private readonly Option<bool> rebase = new("--rebase-time") { Description = "Move all times so that the newest is now." };
        private readonly Option<string?> sourcetype = new("--sourcetype") { Description = "Given to the events.", HelpName = "NAME" };
        private readonly Option<string?> source = new("--source") { Description = "Given to the events.", HelpName = "NAME" };
        private readonly Option<string?> index = new("--index") { Description = "Given to the events.", HelpName = "NAME" };
        private readonly Option<string?> host = new("--host") { Description = "Given to the events.", HelpName = "NAME" };
        private readonly Option<bool> raw = new("--raw") { Description = "Send lines as they are to …/collector/raw, instead of events to …/collector/event." };
        private readonly Option<bool> allowLoopback = new("--allow-loopback") { Description = "Allow this machine as the target." };

        public void AddTo(Command command)
        {
            command.Arguments.Add(paths);
            foreach (var option in (Option[])[to, token, rate, rebase, sourcetype, source, index, host, raw, allowLoopback])
            {
                command.Options.Add(option);
            }
        }

        public bool IsRaw(ParseResult parsed) => parsed.GetValue(raw);

        public bool Rebases(ParseResult parsed) => parsed.GetValue(rebase);

        public HecLabels Labels(ParseResult parsed) => new(parsed.GetValue(source), parsed.GetValue(sourcetype), parsed.GetValue(index), parsed.GetValue(host));

        public InputPaths Inputs(ParseResult parsed)
        {
            var inputs = InputPaths.Expand(parsed.GetValue(paths)!, TimeProvider.System);
            if (Rebases(parsed) && inputs.Files.Any(f => f.IsStandardInput))
            {
                throw new UsageException("--rebase-time reads the data twice, which standard input cannot be: save it in a file");
            }

            return inputs.Errors.Count > 0 ? throw new UsageException(string.Join("\nsaker: ", inputs.Errors)) : inputs;
        }

        public HecTarget Target(ParseResult parsed)
        {
            var text = parsed.GetValue(to)!;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                throw new UsageException($"--to {text}: write a URL such as https://splunk.example.com:8088");
            }

            if (url.UserInfo.Length > 0)
            {
                throw new UsageException("--to: a name and password do not belong into the URL; the collector takes --token");
            }

            var secret = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable(TokenVariable) ?? "";
            if (secret.Any(char.IsControl))
            {
                throw new UsageException("--token: a token has no line breaks or control characters");
            }

            return new HecTarget(HecTarget.Endpoint(url, IsRaw(parsed), Labels(parsed)), secret) { EventsPerSecond = ReadRate(parsed), AllowsLoopback = parsed.GetValue(allowLoopback) };
        }

        private double? ReadRate(ParseResult parsed)
        {
            if (parsed.GetValue(rate) is not { } text)
            {
                return null;
            }

            var number = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
            return double.TryParse(number, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var value) && value > 0
                ? value
                : throw new UsageException($"--rate {text}: write a number of events a second, such as 50/s");
        }
    }
}
