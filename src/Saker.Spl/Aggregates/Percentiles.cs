using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>Percentiles, exact: the nearest rank, or for <c>median</c> and <c>exactperc</c> between ranks.</summary>
internal static class Percentiles
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("perc", "perc<n>(<field>)", "The value that n percent do not exceed.", p => new Percentile(p, interpolate: true)) { Aliases = ["p"], TakesPercent = true },
        new("exactperc", "exactperc<n>(<field>)", "The exact n-th percentile.", p => new Percentile(p, interpolate: true)) { TakesPercent = true },
        new("upperperc", "upperperc<n>(<field>)", "The n-th percentile, rounded up to a value that is there.", p => new Percentile(p, interpolate: false)) { TakesPercent = true },
        new("median", "median(<field>)", "The middle value.", _ => new Percentile(50, interpolate: true)),
    ];

    private sealed class Percentile(double percent, bool interpolate) : Accumulator
    {
        private readonly List<double> numbers = [];

        public override Value Result
        {
            get
            {
                if (numbers.Count == 0)
                {
                    return Value.Null;
                }

                numbers.Sort();
                var rank = percent / 100 * (numbers.Count - 1);
                var below = (int)Math.Floor(rank);
                var above = Math.Min(numbers.Count - 1, (int)Math.Ceiling(rank));
                return Value.Of(interpolate ? numbers[below] + ((numbers[above] - numbers[below]) * (rank - below)) : numbers[above]);
            }
        }

        public override int Add(Value value, double time)
        {
            if (!value.TryGetNumber(out var number))
            {
                return 0;
            }

            numbers.Add(number);
            return sizeof(double);
        }

        public override void Merge(Accumulator later) => numbers.AddRange(((Percentile)later).numbers);

        public override void Save(BinaryWriter writer)
        {
            writer.Write(numbers.Count);
            foreach (var number in numbers)
            {
                writer.Write(number);
            }
        }

        public override void Load(BinaryReader reader)
        {
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                numbers.Add(reader.ReadDouble());
            }
        }
    }
}
