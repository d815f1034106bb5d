using System.Globalization;

namespace Saker.Benchmarks.Comparison;

/// <summary>What <c>bench/run</c> may be told.</summary>
internal sealed record ComparisonOptions
{
    public const string Usage = """
        Measures Saker against other engines: whole processes, the same files, in turn.

          bench/run                         everything: about an hour and 30 GB of disk
          bench/run --quick                 this commit against its parent; exit 1 where it is over 20 % slower

          --only NAME,NAME…                 only these contestants (bench/run --list names them; a name may end in *)
          --data synth,real                 only these data
          --rounds N                        how often each contestant runs, in turn; 5
          --size 8GB                        of the large files; 8GB
          --real FILE…                      the log to repeat as "real"; ../shared/data/apiserver/*.ndjson.gz where that is
          --directory DIR                   where data, builds and measurements are; $TMPDIR/saker-bench
          --saker FILE                      this program instead of the one that ./saker builds
          --against COMMIT                  what --quick compares with; HEAD^
          --fresh                           forget what was measured before
          --report                          measure nothing, write the report of what was measured
          --no-report                       leave bench/results and README.md alone
          --list                            the contestants

        What was measured of the same build is kept: a run can be done in pieces, the report has them all.
        """;

    public IReadOnlyList<string> Only { get; init; } = [];

    public IReadOnlyList<string> Data { get; init; } = ["synth", "real"];

    public int Rounds { get; init; } = 5;

    /// <summary>Bytes of the large files.</summary>
    public long Size { get; init; } = 8_000_000_000;

    public IReadOnlyList<string> Real { get; init; } = [];

    public string Directory { get; init; } = Path.Combine(Path.GetTempPath(), "saker-bench");

    public string? Saker { get; init; }

    public string Against { get; init; } = "HEAD^";

    public bool Quick { get; init; }

    public bool Fresh { get; init; }

    public bool OnlyReport { get; init; }

    public bool WritesReport { get; init; } = true;

    public bool List { get; init; }

    /// <exception cref="FormatException">An argument is not known or lacks its value.</exception>
    public static ComparisonOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ComparisonOptions();
        var i = 0;
        string Value(string name) => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value");
        string[] Files()
        {
            var files = arguments.Skip(i + 1).TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
            i += files.Length;
            return files.Length > 0 ? files : throw new FormatException("--real needs a file");
        }

        for (; i < arguments.Count; i++)
        {
            var name = arguments[i];
            options = name switch
            {
                "--only" => options with { Only = Value(name).Split(',') },
                "--data" => options with { Data = Logs(Value(name)) },
                "--rounds" => options with { Rounds = Positive(name, Value(name)) },
                "--size" => options with { Size = Generate.Load.LoadOptions.Bytes(Value(name)) },
                "--real" => options with { Real = Files() },
                "--directory" => options with { Directory = Path.GetFullPath(Value(name)) },
                "--saker" => options with { Saker = Path.GetFullPath(Value(name)) },
                "--against" => options with { Against = Value(name) },
                "--quick" => options with { Quick = true },
                "--fresh" => options with { Fresh = true },
                "--report" => options with { OnlyReport = true },
                "--no-report" => options with { WritesReport = false },
                "--list" => options with { List = true },
                _ => throw new FormatException($"{name} is not known"),
            };
        }

        return options;
    }

    /// <summary>Whether a contestant of this name was asked for.</summary>
    public bool Wants(string name) => Only.Count == 0 || Only.Any(o => o.EndsWith('*') ? name.StartsWith(o[..^1], StringComparison.Ordinal) : name == o);

    private static string[] Logs(string text) => text.Split(',') is var names && names.All(n => n is "synth" or "real")
        ? names
        : throw new FormatException($"--data {text}: write synth, real or synth,real");

    private static int Positive(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new FormatException($"{name} {text}: write a number from 1");
}
