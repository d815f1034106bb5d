using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>How the columns of several aggregates by one field are called: <c>count: get</c>.</summary>
public sealed record SeriesName
{
    public string? Separator { get; init; }

    public string? Format { get; init; }

    public string Of(string aggregate, string value) =>
        Format?.Replace("$AGG$", aggregate, StringComparison.OrdinalIgnoreCase).Replace("$VAL$", value, StringComparison.OrdinalIgnoreCase) ?? aggregate + (Separator ?? ": ") + value;

    internal SeriesName With(string option, OptionValue value) => option switch { "sep" => this with { Separator = value.Text }, "format" => this with { Format = value.Text }, _ => this };

    public override string ToString() => (Separator is null ? "" : $" sep={Quote.Always(Separator)}") + (Format is null ? "" : $" format={Quote.Always(Format)}");
}
