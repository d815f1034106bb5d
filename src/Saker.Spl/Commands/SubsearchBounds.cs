using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>
/// How much append and its relatives take of the search in their brackets: so many rows (0 for all), and what it found within so many seconds
/// of work (0 for as long as it takes): <c>maxtime</c>, which it may run, and <c>timeout</c>, which is waited for it, are the same here.
/// </summary>
public readonly record struct SubsearchBounds(int MaxOut, int MaxTime = 0, int Timeout = 0)
{
    public const int DefaultMaxOut = 50_000;

    internal const string Difference = "Without `maxtime` and `timeout` the search in brackets runs to its end (Splunk stops it after 60 s): what is found does not depend on the machine's speed.";

    public static readonly SubsearchBounds Default = new(DefaultMaxOut);

    /// <summary>The seconds after which it is cut off; null for none.</summary>
    public TimeSpan? Time => (MaxTime, Timeout) switch
    {
        (0, 0) => null,
        (0, _) => TimeSpan.FromSeconds(Timeout),
        (_, 0) => TimeSpan.FromSeconds(MaxTime),
        _ => TimeSpan.FromSeconds(Math.Min(MaxTime, Timeout)),
    };

    internal int MostRows => MaxOut == 0 ? int.MaxValue : MaxOut;

    public override string ToString() => (MaxOut == DefaultMaxOut ? "" : $" maxout={MaxOut}") + (MaxTime == 0 ? "" : $" maxtime={MaxTime}") + (Timeout == 0 ? "" : $" timeout={Timeout}");

    /// <summary>Reads the options of a command that has no others.</summary>
    public static SubsearchBounds Read(CommandReader reader, CommandSpec spec)
    {
        var bounds = Default;
        while (reader.TryOption(spec.Options, out var name, out var value))
        {
            bounds = bounds.With(name, value);
        }

        reader.RefuseUnknownOption(spec.Name, spec.Options);
        return bounds;
    }

    public SubsearchBounds With(string option, OptionValue value)
    {
        switch (option)
        {
            case "maxout": return this with { MaxOut = value.AsInteger() };
            case "maxtime": return this with { MaxTime = value.AsInteger() };
            case "timeout": return this with { Timeout = value.AsInteger() };
            default: value.AsBoolean(); return this;
        }
    }
}
