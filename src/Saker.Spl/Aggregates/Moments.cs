using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>Sums, averages and spread of numbers; values that are no numbers are left out.</summary>
internal static class Moments
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("sum", "sum(<field>)", "The sum.", _ => new Moment(m => m.Sum)) { Growth = Growth.RisesIfNotNegative },
        new("avg", "avg(<field>)", "The arithmetic mean.", _ => new Moment(m => m.Count > 0 ? m.Sum / m.Count : double.NaN))
        {
            Aliases = ["mean"], Growth = Growth.StaysPositiveIfNotNegative,
        },
        new("sumsq", "sumsq(<field>)", "The sum of squares.", _ => new Moment(m => m.SumOfSquares)) { Growth = Growth.Rises },
        new("stdev", "stdev(<field>)", "The sample's standard deviation.", _ => new Moment(m => Math.Sqrt(m.Variance(1)))),
        new("stdevp", "stdevp(<field>)", "The population's standard deviation.", _ => new Moment(m => Math.Sqrt(m.Variance(0)))),
        new("var", "var(<field>)", "The sample's variance.", _ => new Moment(m => m.Variance(1))),
        new("varp", "varp(<field>)", "The population's variance.", _ => new Moment(m => m.Variance(0))),
        PerTime("second", 1),
        PerTime("minute", 60),
        PerTime("hour", 3600),
        PerTime("day", 86400),
    ];

    private static AggregateSpec PerTime(string unit, int seconds) =>
        new($"per_{unit}", $"per_{unit}(<field>)", $"The sum a {unit}, whatever the span; only in timechart.", _ => new Moment(m => m.Sum)) { PerSeconds = seconds };

    private sealed class Moment(Func<Moment, double> result) : Accumulator
    {
        // Deviations are taken from the first number, so that large numbers which lie close together keep their spread.
        private double origin;
        private double mean;
        private double squares;
        private double compensation;

        public long Count { get; private set; }

        public double Sum { get; private set; }

        public double SumOfSquares { get; private set; }

        public override Value Result => Count == 0 ? Value.Null : Value.Of(result(this));

        /// <summary>Squared deviations over the count less <paramref name="less"/>; one value has a spread of 0, as in Splunk.</summary>
        public double Variance(int less) => Count <= less ? 0 : Math.Max(0, squares / (Count - less));

        public override int Add(Value value, double time)
        {
            if (!value.TryGetNumber(out var number))
            {
                return 0;
            }

            origin = Count == 0 ? number : origin;
            Count++;
            AddToSum(number);
            SumOfSquares += number * number;
            var delta = number - origin - mean;
            mean += delta / Count;
            squares += delta * (number - origin - mean);
            return 0;
        }

        public override void Merge(Accumulator later)
        {
            var other = (Moment)later;
            if (other.Count == 0)
            {
                return;
            }

            origin = Count == 0 ? other.origin : origin;
            var total = Count + other.Count;
            var delta = other.mean + (other.origin - origin) - mean;
            squares += other.squares + (delta * delta * Count * other.Count / total);
            mean += delta * other.Count / total;
            AddToSum(other.Sum);
            SumOfSquares += other.SumOfSquares;
            Count = total;
        }

        public override void Save(BinaryWriter writer)
        {
            writer.Write(Count);
            foreach (var number in (double[])[Sum, SumOfSquares, origin, mean, squares, compensation])
            {
                writer.Write(number);
            }
        }

        public override void Load(BinaryReader reader)
        {
            Count = reader.ReadInt64();
            (Sum, SumOfSquares, origin, mean, squares, compensation) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        }

        // Kahan's summation, so that the order of events does not show in the last digits.
        private void AddToSum(double number)
        {
            var y = number - compensation;
            var t = Sum + y;
            compensation = t - Sum - y;
            Sum = t;
        }
    }
}
