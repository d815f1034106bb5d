using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>Smallest and largest: by number if all values are numbers, else by text.</summary>
internal static class Extremes
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("min", "min(<field>)", "The smallest value.", _ => new Extreme(e => e.Smallest)),
        new("max", "max(<field>)", "The largest value.", _ => new Extreme(e => e.Largest)) { Growth = Growth.Rises },
        new("range", "range(<field>)", "The largest number less the smallest.", _ => new Extreme(e => e.Range)) { Growth = Growth.Rises },
    ];

    private sealed class Extreme(Func<Extreme, Value> result) : Accumulator
    {
        private double smallest = double.PositiveInfinity;
        private double largest = double.NegativeInfinity;
        private string? first;
        private string? last;
        private bool hasWords;

        public Value Smallest => hasWords ? Value.Of(first) : Value.Of(smallest);

        public Value Largest => hasWords ? Value.Of(last) : Value.Of(largest);

        public Value Range => double.IsFinite(smallest) ? Value.Of(largest - smallest) : Value.Null;

        public override Value Result => first is null && !double.IsFinite(smallest) ? Value.Null : result(this);

        public override int Add(Value value, double time)
        {
            if (value.TryGetNumber(out var number))
            {
                smallest = Math.Min(smallest, number);
                largest = Math.Max(largest, number);
                // Texts count once a word has come; until then a number's text must be kept only as an extreme of texts.
                Consider(value.Text);
                return 0;
            }

            hasWords = true;
            Consider(value.Text);
            return 0;
        }

        public override void Merge(Accumulator later)
        {
            var other = (Extreme)later;
            smallest = Math.Min(smallest, other.smallest);
            largest = Math.Max(largest, other.largest);
            hasWords |= other.hasWords;
            Consider(other.first);
            Consider(other.last);
        }

        public override void Save(BinaryWriter writer)
        {
            writer.Write(smallest);
            writer.Write(largest);
            writer.Write(hasWords);
            writer.Write(first is not null);
            writer.Write(first ?? "");
            writer.Write(last ?? "");
        }

        public override void Load(BinaryReader reader)
        {
            (smallest, largest, hasWords) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean());
            var hasTexts = reader.ReadBoolean();
            var (low, high) = (reader.ReadString(), reader.ReadString());
            (first, last) = hasTexts ? (low, high) : (null, null);
        }

        private void Consider(string? text)
        {
            if (text is null)
            {
                return;
            }

            first = first is null || string.CompareOrdinal(text, first) < 0 ? text : first;
            last = last is null || string.CompareOrdinal(text, last) > 0 ? text : last;
        }
    }
}
