using System.CommandLine;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Cli.Sending;
using Saker.Spl.Text;
using Saker.Stores;

namespace Saker.Cli.Commands;

/// <summary><c>saker deadletter</c>: looks after what a server could not read or store.</summary>
internal static class DeadletterCommand
{
    private const string Help = """
        Lists, shows, sends again and drops dead letters: what a server could not read, and the events that its store refused, each with the reason.

        It asks the server of this machine, or the one that SAKER_URL and SAKER_TOKEN name; with --data it works on the data directory of a server that does not run.

        Examples:
          saker deadletter list
          saker deadletter show 17
          saker deadletter replay --all --source hec/ci
          saker deadletter drop 17 18 --data /var/lib/saker

        Exit codes: 0 done, 3 some letter stays where it is, 64 wrong usage, 69 the server does not answer or refuses, 73 the directory cannot be used.
        """;

    public static Command Create()
    {
        var command = new Command("deadletter", Help);
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Replay());
        command.Subcommands.Add(Drop());
        return command;
    }

    private static Command List()
    {
        var options = new LetterOptions();
        var format = new Option<string>("--format") { Description = "table or json.", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("table", "json");
        var command = options.NewCommand("list", "Lists them, the newest first.", takesIds: false);
        command.Options.Add(format);
        command.SetAction((parsed, cancellation) => options.With(parsed, async desk =>
        {
            var found = await desk.ListAsync(options.Source(parsed), cancellation).ConfigureAwait(false);
            using var target = OutputTarget.Open(null);
            if (parsed.GetValue(format) == "json")
            {
                WriteJson(target.Stream, found.Letters);
            }
            else
            {
                using var writer = new StreamWriter(target.Stream);
                foreach (var l in found.Letters)
                {
                    writer.WriteLine($"{l.Id,8}  {l.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}  {SafeText.Of(l.Source)}  {l.Kind}: {SafeText.Of(l.Reason)}");
                }

                writer.WriteLine($"{Counted.Of(found.Letters.Count, "dead letter")}{(found.Evicted > 0 ? $"; {found.Evicted:#,0} older ones went to make room" : "")}.");
            }

            return ExitCode.Nothing;
        }));
        return command;
    }

    private static Command Show()
    {
        var options = new LetterOptions();
        var command = options.NewCommand("show", "Shows what they say.", takesIds: true);
        command.SetAction((parsed, cancellation) => options.With(parsed, async desk =>
        {
            foreach (var id in await options.IdsAsync(parsed, desk, cancellation).ConfigureAwait(false))
            {
                var (line, place, kind, text) = await desk.ShowAsync(id, cancellation).ConfigureAwait(false) ?? throw new UsageException($"{id}: there is no such dead letter");
                Console.WriteLine($"id      {line.Id}\ntime    {line.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\nsource  {SafeText.Of(line.Source)}\nreason  {SafeText.Of(line.Reason)}");
                Console.WriteLine(place is not null ? $"place   {SafeText.Of(place)}" : $"kind    {SafeText.Of(kind ?? "")}");
                Console.WriteLine();
                Console.WriteLine(SafeText.Of(text));
                Console.WriteLine();
            }

            return ExitCode.Nothing;
        }));
        return command;
    }

    private static Command Replay()
    {
        var options = new LetterOptions();
        var command = options.NewCommand("replay", "Hands them to the journal again; those that are kept this time are dead letters no more.", takesIds: true);
        command.SetAction((parsed, cancellation) => options.With(parsed, async desk =>
        {
            int kept = 0, stayed = 0;
            foreach (var id in await options.IdsAsync(parsed, desk, cancellation).ConfigureAwait(false))
            {
                if (await desk.ReplayAsync(id, cancellation).ConfigureAwait(false) is { } why)
                {
                    stayed++;
                    Tell($"{id}: {why}");
                }
                else
                {
                    kept++;
                }
            }

            Console.WriteLine($"{kept:#,0} sent again, {stayed:#,0} stay dead letters.");
            return stayed > 0 ? ExitCode.Rejected : ExitCode.Nothing;
        }));
        return command;
    }

    private static Command Drop()
    {
        var options = new LetterOptions();
        var command = options.NewCommand("drop", "Removes them for good.", takesIds: true);
        command.SetAction((parsed, cancellation) => options.With(parsed, async desk =>
        {
            int dropped = 0, missing = 0;
            foreach (var id in await options.IdsAsync(parsed, desk, cancellation).ConfigureAwait(false))
            {
                if (await desk.DropAsync(id, cancellation).ConfigureAwait(false))
                {
                    dropped++;
                }
                else
                {
                    missing++;
                    Tell($"{id}: there is no such dead letter");
                }
            }

            Console.WriteLine($"{dropped:#,0} dropped.");
            return missing > 0 ? ExitCode.Rejected : ExitCode.Nothing;
        }));
        return command;
    }

    private static void WriteJson(Stream stream, IReadOnlyList<LetterLine> letters)
    {
        using (var json = new Utf8JsonWriter(stream, JsonOutput.Options with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var l in letters)
            {
                json.WriteStartObject();
                json.WriteNumber("id", l.Id);
                json.WriteString("time", l.Time.UtcDateTime);
                json.WriteString("source", l.Source);
                json.WriteString("kind", l.Kind);
                json.WriteString("reason", l.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Tell(string text) => Console.Error.WriteLine($"saker: {SafeText.Of(text)}");

    /// <summary>The options that all of its verbs have.</summary>
    private sealed class LetterOptions
    {
        private readonly Option<string?> data = new("--data") { Description = "The data directory of a server that does not run; by default the running one is asked.", HelpName = "DIR" };
        private readonly Option<string?> source = new("--source") { Description = "Only those of this source: hec/ci.", HelpName = "NAME" };
        private readonly Option<bool> all = new("--all") { Description = "All of them, or all of the source." };
        private readonly Argument<long[]> ids = new("ID") { Description = "Their numbers.", Arity = ArgumentArity.ZeroOrMore };

        public Command NewCommand(string name, string help, bool takesIds)
        {
            var command = new Command(name, help);
            command.Options.Add(data);
            command.Options.Add(source);
            if (takesIds)
            {
                command.Arguments.Add(ids);
                command.Options.Add(all);
            }

            return command;
        }

        public string? Source(ParseResult parsed) => parsed.GetValue(source);

        /// <summary>The numbers that were given, or all of them, the oldest first.</summary>
        public async Task<IReadOnlyList<long>> IdsAsync(ParseResult parsed, ILetterDesk desk, CancellationToken cancellation)
        {
            var given = parsed.GetValue(ids) ?? [];
            if (given.Length > 0 == parsed.GetValue(all))
            {
                throw new UsageException("name dead letters by their numbers, or all of them with --all");
            }

            return given.Length > 0 ? given : [.. (await desk.ListAsync(Source(parsed), cancellation).ConfigureAwait(false)).Letters.Select(l => l.Id).Order()];
        }

        public async Task<int> With(ParseResult parsed, Func<ILetterDesk, Task<int>> act)
        {
            try
            {
                await using var desk = Open(parsed.GetValue(data));
                return await act(desk).ConfigureAwait(false);
            }
            catch (ServerException failure)
            {
                Tell(failure.Message);
                return ExitCode.Unavailable;
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException or NotSupportedException)
            {
                throw new OutputException(failure.Message);
            }
        }

        private static ILetterDesk Open(string? data) => data is null ? new ServerLetters(ServerClient.Open())
            : Directory.Exists(DataDirectory.DeadLetters(data)) ? new DirectoryLetters(data, Tell)
            : throw new UsageException($"--data {data}: no server keeps dead letters there");
    }
}
