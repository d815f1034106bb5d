using System.CommandLine;
using Saker.Cli.Output;
using Saker.Content;
using Saker.Detections;
using Saker.Detections.Testing;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary><c>saker test</c>: the tests of detections.</summary>
internal static class TestCommand
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    private const string Help = """
        Runs the tests of detections in this process, with the engine and the windows that `scan` and the server use.

        A test gives events (inline, or a file beside the detection) and says what must come of them: rows, risk events, none. Each test's events are also
        told twice, in other orders and in two readings, which must give the same risk events. Splunk's form (attack_data) runs with local files; a
        URL is skipped, for nothing is downloaded. As contentctl has it, a row in which a risk object's field is absent or "null" fails.

        Examples:
          saker test
          saker test my-content/ --detection 'kubernetes_*'
          saker test my-content/ --format junit --output results.xml
          saker test my-content/ --watch

        Exit codes: 0 all passed, 1 a test failed, 64 wrong usage, 65 errors in content.
        """;

    public static Command Create()
    {
        var command = new Command("test", Help);
        var options = new TestOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => options.Watches(parsed) ? WatchAsync(options, parsed, cancellation) : RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(TestOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var content = options.Content.Load(parsed);
        var hasErrors = ContentOptions.Tell([.. content.Diagnostics.Where(d => d.Severity == Severity.Error)]);
        var runner = new DetectionTestRunner(content, new ScanSettings(), options.State.Directory(parsed));
        var outcomes = new List<TestOutcome>();
        foreach (var detection in options.Select(parsed, content))
        {
            outcomes.AddRange(await runner.RunAsync(detection, cancellation).ConfigureAwait(false));
        }

        options.Write(parsed, new TestReport(outcomes));
        return outcomes.Any(o => o.Verdict == TestVerdict.Failed) ? ExitCode.Failed : hasErrors ? ExitCode.Content : ExitCode.Nothing;
    }

    /// <summary>Runs again whenever a file of the directories changes, until Ctrl-C.</summary>
    private static async Task<int> WatchAsync(TestOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        using var changed = new SemaphoreSlim(0);
        var watchers = options.Content.Roots(parsed).Select(root => Watch(root, changed)).ToList();
        try
        {
            while (true)
            {
                await RunAsync(options, parsed, cancellation).ConfigureAwait(false);
                await Console.Error.WriteLineAsync("saker: waiting for changes; stop with Ctrl-C").ConfigureAwait(false);
                await changed.WaitAsync(cancellation).ConfigureAwait(false);

                // An editor writes in several steps: wait until it is done.
                while (await changed.WaitAsync(Quiet, cancellation).ConfigureAwait(false))
                {
                }
            }
        }
        finally
        {
            watchers.ForEach(w => w.Dispose());
        }
    }

    private static FileSystemWatcher Watch(string root, SemaphoreSlim changed)
    {
        var watcher = File.Exists(root)
            ? new FileSystemWatcher(Path.GetDirectoryName(Path.GetFullPath(root))!, Path.GetFileName(root))
            : new FileSystemWatcher(Path.GetFullPath(root)) { IncludeSubdirectories = true };
        watcher.Changed += (_, _) => changed.Release();
        watcher.Created += (_, _) => changed.Release();
        watcher.Deleted += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    /// <summary>The options of <c>saker test</c>.</summary>
    private sealed class TestOptions
    {
        private readonly Option<string[]> names = new("--detection") { Description = "Only detections of this name, id, file stem or glob; repeatable.", HelpName = "NAME" };
        private readonly Option<string> format = new("--format") { Description = "text, json or junit.", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        private readonly Option<string?> output = new("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
        private readonly Option<bool> watch = new("--watch") { Description = "Run again whenever a file changes." };

        public ContentArgument Content { get; } = new();

        public StateOption State { get; } = new();

        public void AddTo(Command command)
        {
            format.AcceptOnlyFromAmong("text", "json", "junit");
            Content.AddTo(command);
            foreach (var option in (Option[])[names, format, output, watch])
            {
                command.Options.Add(option);
            }

            State.AddTo(command);
        }

        public bool Watches(ParseResult parsed) => parsed.GetValue(watch);

        public IEnumerable<Detection> Select(ParseResult parsed, ContentLibrary content)
        {
            var asked = parsed.GetValue(names) ?? [];
            foreach (var name in asked.Where(n => !content.Detections.Any(d => d.IsNamed(n))))
            {
                throw ContentOptions.Unknown(name, content);
            }

            return content.Detections
                .Where(d => asked.Length == 0
                    ? d.Status is ContentStatus.Production or ContentStatus.Experimental && Content.Holds(parsed, d.FilePath)
                    : asked.Any(d.IsNamed))
                .OrderBy(d => d.Name, StringComparer.Ordinal);
        }

        public void Write(ParseResult parsed, TestReport report)
        {
            using var target = OutputTarget.Open(parsed.GetValue(output));
            switch (parsed.GetValue(format))
            {
                case "json": report.WriteJson(target.Stream); break;
                case "junit": report.WriteJUnit(target.Stream); break;
                default: report.WriteText(target.Stream); break;
            }
        }
    }
}
