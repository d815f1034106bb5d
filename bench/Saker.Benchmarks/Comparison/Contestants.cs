using System.Globalization;
using System.Text.Json;

namespace Saker.Benchmarks.Comparison;

/// <summary>All contestants. A name that ends in <c>-1t</c> has one thread and one CPU.</summary>
internal static class Contestants
{
    /// <summary>The engines that a choice of contestants needs: the first words of their names.</summary>
    public static IReadOnlySet<string> Engines(ComparisonOptions options, Peers unprepared) =>
        All("saker", unprepared, options.Directory).Where(c => options.Wants(c.Name)).Select(c => c.Engine).ToHashSet(StringComparer.Ordinal);

    /// <param name="saker">The program measured.</param>
    /// <param name="peers">The other engines.</param>
    /// <param name="directory">Where the generated content is.</param>
    public static IReadOnlyList<Contestant> All(string saker, Peers peers, string directory) =>
    [
        Scan("saker-1", "1 detection", saker, ["--detection", Questions.PodCreated]),
        Scan("saker-5", "5 detections", saker, []),
        Scan("saker-50", "50 detections", saker, ["--content", ContentDirectory(directory, 50)]),
        Scan("saker-500", "500 detections", saker, ["--content", ContentDirectory(directory, 500)]),
        OnOneCpu(Scan("saker-1-1t", "1 detection", saker, ["--detection", Questions.PodCreated])),
        OnOneCpu(Scan("saker-5-1t", "5 detections", saker, [])),
        OnOneCpu(Scan("saker-500-1t", "500 detections", saker, ["--content", ContentDirectory(directory, 500)])),
        new("saker-everything", $"stats {Questions.Everything}", FileSize.Large, f => Search(saker, $"* | stats {Questions.Everything}", f), o => Rows(o, [Questions.Everything])),
        Scan("saker-5-small", "5 detections", saker, []) with { Size = FileSize.Small },

        DuckDb("duckdb-one", "1 detection, typed read_json", peers, "one.typed", 2),
        DuckDb("duckdb-three", "3 detections, typed read_json", peers, "three.typed", 2),
        DuckDb("duckdb-one-json", "1 detection, read_ndjson_objects + json_extract", peers, "one.json", 2),
        OnOneCpu(DuckDb("duckdb-one-1t", "1 detection, typed read_json", peers, "one.typed", 1)),
        OnOneCpu(DuckDb("duckdb-three-1t", "3 detections, typed read_json", peers, "three.typed", 1)),
        DuckDb("duckdb-everything", $"{Questions.Everything}, typed read_json", peers, "everything.typed", 2),

        ClickHouse("clickhouse-one", "1 detection, typed JSONEachRow", peers, "one.typed"),
        ClickHouse("clickhouse-one-json", "1 detection, JSONAsString + JSONExtract", peers, "one.json"),

        OnOneCpu(new("simdjson-three-1t", "3 detections by hand, DOM", FileSize.Large,
            f => [peers.Program("simdjson"), f.Path, f.Lines.ToString(CultureInfo.InvariantCulture)], o => Rows(o, Questions.Three))),
        new(Bar.Limit, "count of line feeds", FileSize.Large, f => [peers.Program("newlines"), f.Path, "2"], o => Number(o, Answer.Events)),
        OnOneCpu(new(Bar.LimitOfOneThread, "count of line feeds", FileSize.Large, f => [peers.Program("newlines"), f.Path], o => Number(o, Answer.Events))),
        OnOneCpu(new("jq-one", "1 detection", FileSize.Small, f => ["jq", "-nc", "-f", peers.Source("jq/one.jq"), f.Path], o => Rows(o, [Questions.PodCreated]))),
        new("ripgrep", $"rg -c -F '{Questions.Literal}'", FileSize.Small, f => ["rg", "--no-config", "-c", "-F", Questions.Literal, f.Path], o => Number(o, Questions.Lines)) { ExitCodeOfNothing = 1 },
        OnOneCpu(new("grep", $"grep -c -F '{Questions.Literal}'", FileSize.Small, f => ["grep", "-c", "-F", Questions.Literal, f.Path], o => Number(o, Questions.Lines)) { ExitCodeOfNothing = 1 }),
    ];

    /// <summary>Writes what <c>saker-50</c> and <c>saker-500</c> load: with the five that ship there are so many.</summary>
    public static void WriteContent(string directory)
    {
        foreach (var count in (int[])[50, 500])
        {
            var content = ContentDirectory(directory, count);
            if (Directory.Exists(content))
            {
                Directory.Delete(content, recursive: true);
            }

            GeneratedContent.Write(content, count - 5);
        }
    }

    /// <summary>
    /// The rows of the three detections, asked of <c>saker search</c>: what every other answer is held against. Kept under <paramref name="kept"/>, which
    /// names the build, since asking takes longer than most measurements.
    /// </summary>
    public static Answer Reference(string root, string saker, DataFile file, string directory, string kept = "reference")
    {
        var answer = new Answer().Add(Answer.Events, file.Lines);
        foreach (var question in Questions.Three)
        {
            var path = Path.Combine(directory, $"{kept}-{file.Name}-{question}.ndjson");
            if (!File.Exists(path))
            {
                var outcome = MeasuredProcess.Run(Search(saker, Questions.Search(root, question), file), directory, "reference");
                if (outcome.ExitCode != 0)
                {
                    throw new InvalidDataException($"saker search ended with {outcome.ExitCode}: {outcome.Errors}");
                }

                File.Move(outcome.OutputPath, path);
            }

            answer.Add(question, Answer.OfJsonLines(File.ReadLines(path), [question], Questions.Columns, question).RowsOf(question));
        }

        return answer;
    }

    private static string ContentDirectory(string directory, int count) => Path.Combine(directory, $"content-{count}");

    private static Contestant OnOneCpu(Contestant contestant) => contestant with
    {
        Threads = "1",
        Command = file => ["taskset", "-c", "0", .. contestant.Command(file)],
    };

    private static Contestant Scan(string name, string task, string saker, string[] options) =>
        new(name, task, FileSize.Large, f => [saker, "scan", f.Path, .. options, "--format", "json", "--no-evidence"], ReadScan);

    private static string[] Search(string saker, string search, DataFile file) => [saker, "search", search, file.Path, "--format", "ndjson"];

    private static Contestant DuckDb(string name, string task, Peers peers, string query, int threads) => new(
        name,
        task,
        FileSize.Large,
        f => ["node", peers.Source("duckdb/query.mjs"), peers.Source($"duckdb/{query}.sql"), f.Path, $"{threads}"],
        o => Rows(o, QuestionsOf(query)));

    private static Contestant ClickHouse(string name, string task, Peers peers, string query) => new(
        name,
        task,
        FileSize.Large,
        f =>
        [
            peers.Program("clickhouse"), peers.ClickHouseLibrary, "--max_threads", "2", "--output-format", "JSONEachRow",
            "--query", File.ReadAllText(peers.Source($"clickhouse/{query}.sql")).Replace("{file}", f.Path, StringComparison.Ordinal),
        ],
        o => o.Errors.Length == 0 ? Rows(o, QuestionsOf(query)) : throw new InvalidDataException(o.Errors));

    private static IReadOnlyList<string> QuestionsOf(string query) => query switch
    {
        "three.typed" => Questions.Three,
        "everything.typed" => [Questions.Everything],
        _ => [Questions.PodCreated],
    };

    private static Answer Rows(ProcessOutcome outcome, IReadOnlyList<string> questions) =>
        Answer.OfJsonLines(File.ReadLines(outcome.OutputPath), questions, Questions.Columns, questions[0]);

    private static Answer Number(ProcessOutcome outcome, string question) =>
        new Answer().Add(question, File.ReadAllText(outcome.OutputPath) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0);

    private static Answer ReadScan(ProcessOutcome outcome)
    {
        using var output = File.OpenRead(outcome.OutputPath);
        using var report = JsonDocument.Parse(output);
        var answer = new Answer().Add(Answer.Events, report.RootElement.GetProperty("input").GetProperty("read").GetInt64());
        foreach (var detection in report.RootElement.GetProperty("detections").EnumerateArray())
        {
            answer.Add(Questions.OfName(detection.GetProperty("search_name").GetString()!), detection.GetProperty("rows").GetInt64());
        }

        return answer;
    }
}
