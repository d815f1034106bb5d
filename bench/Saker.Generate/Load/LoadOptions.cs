using System.Globalization;

namespace Saker.Generate.Load;

/// <summary>What <c>--size 1GB --seed 7 --out FILE [--attack-rate 1e-4] [--all-match]</c> asks for.</summary>
internal sealed record LoadOptions
{
    /// <summary>Bytes; the log ends with the first event at or past it.</summary>
    public long Size { get; init; } = 1_000_000_000;

    public ulong Seed { get; init; } = 7;

    /// <summary>A file, or <c>-</c> for standard output.</summary>
    public string Out { get; init; } = "";

    /// <summary>The share of requests that are attacks.</summary>
    public double AttackRate { get; init; } = 1e-4;

    /// <summary>Every event is one that the search for pods in default namespaces matches.</summary>
    public bool AllMatch { get; init; }

    /// <summary>A directory to write the samples to instead of a log.</summary>
    public string? Samples { get; init; }

    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value");
            options = name switch
            {
                "--size" => options with { Size = Bytes(Value()) },
                "--seed" => options with { Seed = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--out" => options with { Out = Value() },
                "--attack-rate" => options with { AttackRate = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--all-match" => options with { AllMatch = true },
                "--samples" => options with { Samples = Value() },
                _ => throw new FormatException($"{name} is not known"),
            };
        }

        return options.Out.Length > 0 || options.Samples is not null ? options : throw new FormatException("--out or --samples is needed");
    }

    /// <summary><c>4GB</c>, <c>300</c>: units of 1000.</summary>
    public static long Bytes(string text)
    {
        (string End, long Unit)[] units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];
        var (end, unit) = units.FirstOrDefault(u => text.EndsWith(u.End, StringComparison.OrdinalIgnoreCase), ("", 1));
        return (long)(double.Parse(text[..^end.Length], CultureInfo.InvariantCulture) * unit);
    }
}
