using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Aggregates;

/// <summary>
/// <c>sparkline(count, 1h)</c>: an aggregate a bucket of time, as Splunk hands it to its tables: a multivalue of the mark
/// <c>##__SPARKLINE__##</c> and the results from the first bucket to the last.
/// </summary>
internal sealed class Sparkline(SparklineAxis axis, Func<Accumulator> create) : Accumulator
{
    private const string Mark = "##__SPARKLINE__##";
    private readonly List<(double Time, Value Value)> points = [];

    public override Value Result
    {
        get
        {
            var buckets = axis.Buckets();
            var states = new Accumulator?[buckets.Count];
            foreach (var (time, value) in points)
            {
                var index = buckets.BinarySearch(time);
                (states[index >= 0 ? index : Math.Max(0, ~index - 1)] ??= create()).Add(value, time);
            }

            return Value.OfMany([Value.Of(Mark), .. states.Select(s => (s ?? create()).Result is { IsNull: false } result ? result : Value.Of(0))]);
        }
    }

    public override int Add(Value value, double time)
    {
        axis.Include(time);
        points.Add((time, value.Detached));
        return 16 + ValueCodec.Size(value);
    }

    public override void Merge(Accumulator later) => points.AddRange(((Sparkline)later).points);

    public override void Save(BinaryWriter writer)
    {
        writer.Write(points.Count);
        foreach (var (time, value) in points)
        {
            writer.Write(time);
            ValueCodec.Write(writer, value);
        }
    }

    public override void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            points.Add((reader.ReadDouble(), ValueCodec.Read(reader)));
        }
    }
}

/// <summary>The buckets that all sparklines of one column share: of the search's window, else of the times seen.</summary>
internal sealed class SparklineAxis(TimeSpanText? span, SearchContext context)
{
    private const int MostBuckets = 10_000;
    private double earliest = double.PositiveInfinity;
    private double latest = double.NegativeInfinity;

    public void Include(double time) => (earliest, latest) = (Math.Min(earliest, time), Math.Max(latest, time));

    public List<double> Buckets()
    {
        var (from, to) = TimeBuckets.Extent(context.Range, earliest, latest);
        var step = span ?? TimeBuckets.Automatic(to - from, 100);
        return double.IsFinite(from) ? [.. TimeBuckets.Between(from, to, step, context.Zone).Take(MostBuckets)] : [];
    }
}

/// <summary>How a sparkline was asked for; bare is <c>sparkline</c> alone, which counts.</summary>
public sealed record SparklineForm(TimeSpanText? Span, bool IsBare);
