using System.CommandLine;
using System.Text;
using System.Text.Json;
using Saker.Cli.Output;
using Saker.Ingest;
using Saker.Stores;

namespace Saker.Cli.Commands;

/// <summary><c>saker deadletter</c>: looks after what a server could not read or store.</summary>
internal static class DeadletterCommand
{
    private const string Help = """
        Lists, shows, sends again and drops dead letters: what a server could not read, and the events that its store refused, each with the reason.

        It works on the data directory of a server that does not run.

        Examples:
          saker deadletter list --data /var/lib/saker
          saker deadletter show 17 --data /var/lib/saker
          saker deadletter replay --all --source hec/ci --data /var/lib/saker
          saker deadletter drop 17 18 --data /var/lib/saker

        Exit codes: 0 done, 3 some letter stays where it is, 64 wrong usage, 73 the directory cannot be used.
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
        command.SetAction(parsed => options.With(parsed, letters =>
        {
            var found = letters.List(options.Source(parsed));
            using var target = OutputTarget.Open(null);
            if (parsed.GetValue(format) == "json")
            {
                WriteJson(target.Stream, found);
            }
            else
            {
                using var writer = new StreamWriter(target.Stream);
                foreach (var l in found)
                {
                    writer.WriteLine($"{l.Id,8}  {l.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}  {SafeText.Of(l.Source)}  {(l.IsEvent ? "refused" : "unreadable")}: {SafeText.Of(l.Reason)}");
                }

                writer.WriteLine($"{found.Count:#,0} dead letter{(found.Count == 1 ? "" : "s")}{(letters.Evicted > 0 ? $"; {letters.Evicted:#,0} older ones went to make room" : "")}.");
            }

            return Task.FromResult(ExitCode.Nothing);
        }));
        return command;
    }

    private static Command Show()
    {
        var options = new LetterOptions();
        var command = options.NewCommand("show", "Shows what they say.", takesIds: true);
        command.SetAction(parsed => options.With(parsed, letters =>
        {
            foreach (var id in options.Ids(parsed, letters))
            {
                var letter = letters.Find(id) ?? throw new UsageException($"{id}: there is no such dead letter");
                Console.WriteLine($"id      {letter.Id}\ntime    {letter.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\nsource  {SafeText.Of(letter.Source)}\nreason  {SafeText.Of(letter.Reason)}");
                Console.WriteLine(letter.Item is { } item ? $"place   {SafeText.Of(item.Place.ToString())}" : $"kind    {letter.Event!.Value.Kind}");
                Console.WriteLine();
                Console.WriteLine(SafeText.Of(Encoding.UTF8.GetString(letter.Text.Span)));
                Console.WriteLine();
            }

            return Task.FromResult(ExitCode.Nothing);
        }));
        return command;
    }

    private static Command Replay()
    {
        var options = new LetterOptions();
        var command = options.NewCommand("replay", "Hands them to the journal again; those that are kept this time are dead letters no more.", takesIds: true);
        command.SetAction((parsed, cancellation) => options.With(parsed, async letters =>
        {
            var directory = DataDirectory.Journal(options.Data(parsed));
            await using var journal = Journal.Open(new JournalOptions { Directory = directory, Report = Tell }, new DiskFiles(), TimeProvider.System);
            var replay = new DeadLetterReplay(letters, journal, new IngestOptions());
            int kept = 0, stayed = 0;
            foreach (var id in options.Ids(parsed, letters))
            {
                if (await replay.ReplayAsync(id, cancellation).ConfigureAwait(false) is { } why)
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
        command.SetAction(parsed => options.With(parsed, letters =>
        {
            var ids = options.Ids(parsed, letters);
            var missing = ids.Where(id => letters.Find(id) is null).ToList();
            missing.ForEach(id => Tell($"{id}: there is no such dead letter"));
            var dropped = letters.Remove(ids);
            Console.WriteLine($"{dropped:#,0} dropped.");
            return Task.FromResult(missing.Count > 0 ? ExitCode.Rejected : ExitCode.Nothing);
        }));
        return command;
    }

    private static void WriteJson(Stream stream, IReadOnlyList<DeadLetterSummary> letters)
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
                json.WriteString("kind", l.IsEvent ? "refused" : "unreadable");
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
        private readonly Option<string> data = new("--data") { Description = "The server's data directory.", HelpName = "DIR", Required = true };
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

        public string Data(ParseResult parsed) => parsed.GetValue(data)!;

        public string? Source(ParseResult parsed) => parsed.GetValue(source);

        /// <summary>The numbers that were given, or all of them, the oldest first.</summary>
        public IReadOnlyList<long> Ids(ParseResult parsed, DeadLetters letters)
        {
            var given = parsed.GetValue(ids) ?? [];
            if (given.Length > 0 == parsed.GetValue(all))
            {
                throw new UsageException("name dead letters by their numbers, or all of them with --all");
            }

            return given.Length > 0 ? given : [.. letters.List(Source(parsed)).Select(l => l.Id).Order()];
        }

        public async Task<int> With(ParseResult parsed, Func<DeadLetters, Task<int>> act)
        {
            var directory = DataDirectory.DeadLetters(Data(parsed));
            if (!Directory.Exists(directory))
            {
                throw new UsageException($"--data {Data(parsed)}: no server keeps dead letters there");
            }

            try
            {
                using var letters = DeadLetters.Open(new DeadLetterOptions { Directory = directory, Report = Tell }, new DiskFiles(), TimeProvider.System);
                return await act(letters).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException or NotSupportedException)
            {
                throw new OutputException(failure.Message);
            }
        }
    }
}
