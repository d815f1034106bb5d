using Saker.Spl.Execution;

namespace Saker.Spl.Commands;

/// <summary>Puts values into bins of a known size.</summary>
internal sealed class Binning(BinSpan span, string field, SearchContext context, decimal? origin = null)
{
    // A plain number as the span of _time is seconds.
    private readonly Syntax.TimeSpanText? time = span.Time ?? (field == EventFields.Time && !span.IsLogarithmic ? new Syntax.TimeSpanText((double)span.Width, "s") : null);

    public Value Of(Value value) => value.IsMulti ? Value.OfMany(Array.ConvertAll(value.Values.ToArray(), Of)) : value.TryGetNumber(out var number) ? Of(number, value) : value;

    private Value Of(double number, Value value)
    {
        if (time is not { } size)
        {
            return span.Label(number) is { } label ? Value.Of(label) : value;
        }

        if (Math.Abs(number) > 2e11)
        {
            return value;
        }

        return Value.Of(origin is { } from && !TimeBuckets.IsCalendar(size) ? TimeBuckets.Start(number, size, from) : TimeBuckets.Start(number, size, context.Zone));
    }

    /// <summary>The start of the bucket of time.</summary>
    public double StartOf(double number) => Of(Value.Of(number)).TryGetNumber(out var start) ? start : number;

    /// <summary>The start of the next bucket of time.</summary>
    public double Next(double start) => TimeBuckets.Next(start, time!.Value, context.Zone);

    /// <summary>Whether the bucket lies in the search's window with both ends.</summary>
    public bool IsWhole(double start) =>
        (context.Range.Earliest <= TimeRange.All.Earliest || start >= context.Range.Earliest / 1e9) && (context.Range.Latest >= TimeRange.All.Latest || Next(start) <= context.Range.Latest / 1e9);

    /// <summary>From where buckets are counted when <c>aligntime</c> is given.</summary>
    public static decimal? Origin(BinOptions options, double smallest, double largest, SearchContext context)
    {
        var (from, to) = TimeBuckets.Extent(context.Range, smallest, largest);
        if (options.AlignTime is not { } align || !double.IsFinite(from))
        {
            return null;
        }

        return align.ToLowerInvariant() switch
        {
            "earliest" => (decimal)from,
            "latest" => (decimal)(context.Range.Latest < TimeRange.All.Latest ? context.Range.Latest / 1e9 : to),
            _ => Syntax.TimeModifier.TryParse(align, out var moment) ? (decimal)(moment.Resolve(context.Now, context.Zone) - DateTimeOffset.UnixEpoch).TotalSeconds : null,
        };
    }

    /// <summary>The size to take when none is given: of times a usual one, of numbers the least power of ten that gives few enough bins.</summary>
    public static BinSpan Choose(BinOptions options, string field, double smallest, double largest, SearchContext context)
    {
        if (options.Span is { } given)
        {
            return given;
        }

        var bins = options.Bins ?? BinOptions.DefaultBins;
        if (field == EventFields.Time)
        {
            var (from, to) = TimeBuckets.Extent(context.Range, smallest, largest);
            return BinSpan.OfTime(TimeBuckets.Automatic(to - from, bins, options.MinSpan));
        }

        var size = (Math.Max(options.End ?? largest, largest) - Math.Min(options.Start ?? smallest, smallest)) / bins;
        var power = size > 0 ? Math.Clamp(Math.Ceiling(Math.Log10(size) - 1e-9), -12, 24) : 0;
        // Of numbers minspan=100 is a width.
        var least = options.MinSpan is { Unit: "s" } minimum ? minimum.Amount : 0;
        return BinSpan.OfWidth(Math.Max((decimal)Math.Pow(10, power), (decimal)Math.Clamp(least, 0, 1e24)));
    }
}
