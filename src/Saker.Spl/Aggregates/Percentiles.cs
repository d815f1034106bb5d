using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>Percentiles, exact and by nearest rank, as Splunk has them by default: always a value that is there, of two middle ones the higher.</summary>
internal static class Percentiles
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("perc", "perc<n>(<field>)", "The value that n percent do not exceed.", p => new Percentile(p)) { Aliases = ["p"], TakesPercent = true },
        new("exactperc", "exactperc<n>(<field>)", "The exact n-th percentile.", p => new Percentile(p)) { TakesPercent = true },
        new("upperperc", "upperperc<n>(<field>)", "The n-th percentile; exact here, so the same as perc.", p => new Percentile(p)) { TakesPercent = true },
        new("median", "median(<field>)", "The middle value; of two the higher.", _ => new Percentile(50)),
    ];

    private sealed class Percentile(double percent) : Accumulator
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
                return Value.Of(numbers[Math.Min(numbers.Count - 1, (int)(percent * numbers.Count / 100))]);
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
