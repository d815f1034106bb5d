using System.Globalization;

namespace Saker.Benchmarks.Soak;

/// <summary>What <c>bench/soak</c> may be told.</summary>
internal sealed record SoakOptions
{
    public const string Usage = """
        bench/soak [--rate EVENTS] [--seconds N] [--batch EVENTS] [--senders N] [--size BYTES] [--matching N] [--rounds N --kill WHAT --within SECONDS --seed N] [--every SECONDS] [--program saker] [--data DIRECTORY]

          --rate 12000     audit events a second, over all senders; 0: as many as it takes
          --seconds 600    how long; with --rounds the longest of each round, half of that on average
          --matching 10    events in 10,000 that a detection finds; each must become a risk event once
          --every 10       tells how it stands so often: memory, processors, what waits
          --rounds 200     kill -9 so often, at a random moment of each round, and start again
          --kill all       server, engine, both, disk (in the middle of a flush, what was not flushed is lost), or all in turn
          --within 170     no further round is begun after so many seconds
          --seed 1         another seed is other moments
        """;

    public int Rate { get; init; } = 12_000;

    public double Seconds { get; init; } = 600;

    public int Batch { get; init; } = 100;

    public int Senders { get; init; } = 8;

    public int Size { get; init; } = 2000;

    public int Matching { get; init; } = 10;

    /// <summary>Seconds between two lines about how it stands; 0: none.</summary>
    public int Every { get; init; }

    public int Rounds { get; init; }

    public string Kill { get; init; } = "all";

    public double Within { get; init; } = double.MaxValue;

    public int Seed { get; init; } = 1;

    public string Program { get; init; } = "artifacts/saker/saker";

    public string Data { get; init; } = Path.Combine(Path.GetTempPath(), $"saker-soak-{Environment.ProcessId}");

    /// <summary>Throws <see cref="FormatException"/> for what it does not know.</summary>
    public static SoakOptions Parse(string[] arguments)
    {
        var options = new SoakOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} wants a value");
            int Number() => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--rate" => options with { Rate = Number() },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--batch" => options with { Batch = Number() },
                "--senders" => options with { Senders = Number() },
                "--size" => options with { Size = Math.Max(900, Number()) },
                "--matching" => options with { Matching = Number() },
                "--every" => options with { Every = Number() },
                "--rounds" => options with { Rounds = Number() },
                "--kill" when value is "server" or "engine" or "both" or "disk" or "all" => options with { Kill = value },
                "--within" => options with { Within = Number() },
                "--seed" => options with { Seed = Number() },
                "--program" => options with { Program = value },
                "--data" => options with { Data = value },
                _ => throw new FormatException($"{arguments[i]} {value} is not known"),
            };
        }

        return options;
    }

    /// <summary>What is killed in a round. A server whose disk is to fail is started so, and only the end of one before it starts one.</summary>
    public string KillIn(int round) => Kill == "all" ? ((string[])["server", "disk", "both", "disk", "engine"])[round % 5] : Kill;
}
