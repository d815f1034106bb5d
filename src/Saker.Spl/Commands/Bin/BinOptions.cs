using System.Globalization;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>The options of bin, which chart, timechart and makecontinuous share.</summary>
public sealed record BinOptions
{
    public const int DefaultBins = 100;

    public static readonly IReadOnlyList<string> Names = ["bins", "minspan", "span", "start", "end", "aligntime"];

    public BinSpan? Span { get; init; }

    public int? Bins { get; init; }

    public TimeSpanText? MinSpan { get; init; }

    public double? Start { get; init; }

    public double? End { get; init; }

    /// <summary><c>earliest</c>, <c>latest</c> or a time.</summary>
    public string? AlignTime { get; init; }

    public bool IsEmpty => this == new BinOptions();

    internal BinOptions With(string name, OptionValue value) => name switch
    {
        "span" => value.Text.Equals("auto", StringComparison.OrdinalIgnoreCase) ? this with { Span = null }
            : BinSpan.TryParse(value.Text, out var span) ? this with { Span = span } : throw value.Fail("expected a span such as 5m, 1h, 100 or log10"),
        "bins" => this with { Bins = value.AsInteger(2) },
        "minspan" => this with { MinSpan = value.AsSpan() },
        "start" => this with { Start = Number(value) },
        "end" => this with { End = Number(value) },
        _ => this with { AlignTime = Align(value) },
    };

    public override string ToString() =>
        (Span is { } span ? $" span={span}" : "") + (Bins is { } bins ? $" bins={bins}" : "") + (MinSpan is { } least ? $" minspan={least}" : "")
        + (Start is { } start ? $" start={Execution.Value.FormatNumber(start)}" : "") + (End is { } end ? $" end={Execution.Value.FormatNumber(end)}" : "")
        + (AlignTime is null ? "" : $" aligntime={Quote.SearchValue(AlignTime)}");

    private static double Number(OptionValue value) =>
        double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw value.Fail("expected a number");

    private static string Align(OptionValue value)
    {
        if (value.Text.ToLowerInvariant() is not ("earliest" or "latest"))
        {
            value.AsTime();
        }

        return value.Text;
    }
}
