using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>The values themselves.</summary>
internal static class Collections
{
    /// <summary>Splunk's limit of <c>list</c>.</summary>
    public const int LongestList = 100;

    public static IEnumerable<AggregateSpec> All =>
    [
        new("values", "values(<field>)", "The different values, sorted by text.", _ => new DistinctValues()),
        new("list", "list(<field>)", $"The values in order, the first {LongestList} of them.", _ => new ListOfValues()) { DependsOnOrder = true },
        new("mode", "mode(<field>)", "The most frequent value.", _ => new Mode()) { DependsOnOrder = true },
    ];

    private sealed class DistinctValues : Accumulator
    {
        private readonly HashSet<Value> seen = [];

        public override Value Result => Value.OfMany([.. seen.OrderBy(v => v.Text, StringComparer.Ordinal)]);

        public override int Add(Value value, double time) => !seen.Contains(value) && seen.Add(value.Detached) ? ValueCodec.Size(value) + 24 : 0;

        public override void Merge(Accumulator later) => seen.UnionWith(((DistinctValues)later).seen);

        public override void Save(BinaryWriter writer) => ValueCodec.WriteAll(writer, seen);

        public override void Load(BinaryReader reader) => seen.UnionWith(ValueCodec.ReadAll(reader));
    }

    private sealed class ListOfValues : Accumulator
    {
        private readonly List<Value> values = [];

        public override Value Result => Value.OfMany([.. values]);

        public override int Add(Value value, double time)
        {
            if (values.Count >= LongestList)
            {
                return 0;
            }

            values.Add(value.Detached);
            return ValueCodec.Size(value);
        }

        public override void Merge(Accumulator later) => values.AddRange(((ListOfValues)later).values.Take(LongestList - values.Count));

        public override void Save(BinaryWriter writer) => ValueCodec.WriteAll(writer, values);

        public override void Load(BinaryReader reader) => values.AddRange(ValueCodec.ReadAll(reader));
    }

    private sealed class Mode : Accumulator
    {
        private readonly Dictionary<Value, long> counts = [];

        public override Value Result => counts.Count == 0
            ? Value.Null
            : counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Text, StringComparer.Ordinal).First().Key;

        public override int Add(Value value, double time)
        {
            var key = value.Detached;
            var isNew = !counts.TryGetValue(key, out var count);
            counts[key] = count + 1;
            return isNew ? ValueCodec.Size(value) + 32 : 0;
        }

        public override void Merge(Accumulator later)
        {
            foreach (var (value, count) in ((Mode)later).counts)
            {
                counts[value] = counts.GetValueOrDefault(value) + count;
            }
        }

        public override void Save(BinaryWriter writer)
        {
            ValueCodec.WriteAll(writer, counts.Keys);
            foreach (var count in counts.Values)
            {
                writer.Write(count);
            }
        }

        public override void Load(BinaryReader reader)
        {
            foreach (var value in ValueCodec.ReadAll(reader).ToList())
            {
                counts[value] = 0;
            }

            foreach (var value in counts.Keys.ToList())
            {
                counts[value] = reader.ReadInt64();
            }
        }
    }
}
