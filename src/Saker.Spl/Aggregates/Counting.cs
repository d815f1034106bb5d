using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>How many: all values, or different ones.</summary>
internal static class Counting
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("count", "count | count(<field>)", "The number of rows, or of values of a field.", _ => new Count())
        {
            Aliases = ["c"], FieldIsOptional = true, Growth = Growth.Rises,
        },
        new("dc", "dc(<field>)", "The number of different values.", _ => new DistinctCount())
        {
            Aliases = ["distinct_count", "estdc"], Growth = Growth.Rises,
        },
        new("estdc_error", "estdc_error(<field>)", "The error of estdc: 0, since different values are counted exactly.", _ => new Constant(0)),
    ];

    private sealed class Count : Accumulator
    {
        private long count;

        public override Value Result => Value.Of(count);

        public override int Add(Value value, double time)
        {
            count++;
            return 0;
        }

        public override void Merge(Accumulator later) => count += ((Count)later).count;

        public override void Save(BinaryWriter writer) => writer.Write7BitEncodedInt64(count);

        public override void Load(BinaryReader reader) => count = reader.Read7BitEncodedInt64();
    }

    private sealed class DistinctCount : Accumulator
    {
        private readonly HashSet<Value> seen = [];

        public override Value Result => Value.Of(seen.Count);

        public override int Add(Value value, double time) => !seen.Contains(value) && seen.Add(value.Detached) ? ValueCodec.Size(value) + 24 : 0;

        public override void Merge(Accumulator later) => seen.UnionWith(((DistinctCount)later).seen);

        public override void Save(BinaryWriter writer) => ValueCodec.WriteAll(writer, seen);

        public override void Load(BinaryReader reader) => seen.UnionWith(ValueCodec.ReadAll(reader));
    }

    private sealed class Constant(double number) : Accumulator
    {
        public override Value Result => Value.Of(number);

        public override int Add(Value value, double time) => 0;

        public override void Merge(Accumulator later)
        {
        }

        public override void Save(BinaryWriter writer)
        {
        }

        public override void Load(BinaryReader reader)
        {
        }
    }
}
