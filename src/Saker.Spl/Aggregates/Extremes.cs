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
        // UTF-8, so that a value that is no new extreme is never decoded.
        private byte[]? first;
        private byte[]? last;
        private bool hasWords;

        public Value Smallest => hasWords ? Text(first) : Value.Of(smallest);

        public Value Largest => hasWords ? Text(last) : Value.Of(largest);

        public Value Range => double.IsFinite(smallest) ? Value.Of(largest - smallest) : Value.Null;

        public override Value Result => first is null && !double.IsFinite(smallest) ? Value.Null : result(this);

        public override int Add(Value value, double time)
        {
            if (value.TryGetNumber(out var number))
            {
                smallest = Math.Min(smallest, number);
                largest = Math.Max(largest, number);
                // Texts count once a word has come; until then a number's text must be kept only as an extreme of texts.
                Consider(value);
                return 0;
            }

            hasWords = true;
            Consider(value);
            return 0;
        }

        public override void Merge(Accumulator later)
        {
            var other = (Extreme)later;
            smallest = Math.Min(smallest, other.smallest);
            largest = Math.Max(largest, other.largest);
            hasWords |= other.hasWords;
            if (other.first is not null)
            {
                Consider(other.first);
                Consider(other.last);
            }
        }

        public override void Save(BinaryWriter writer)
        {
            writer.Write(smallest);
            writer.Write(largest);
            writer.Write(hasWords);
            writer.Write(first is not null);
            foreach (var text in (byte[]?[])[first, last])
            {
                writer.Write7BitEncodedInt(text?.Length ?? 0);
                writer.Write(text ?? []);
            }
        }

        public override void Load(BinaryReader reader)
        {
            (smallest, largest, hasWords) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean());
            var hasTexts = reader.ReadBoolean();
            var (low, high) = (reader.ReadBytes(reader.Read7BitEncodedInt()), reader.ReadBytes(reader.Read7BitEncodedInt()));
            (first, last) = hasTexts ? (low, high) : (null, null);
        }

        private static Value Text(byte[]? text) => text is null ? Value.Null : Value.Of(System.Text.Encoding.UTF8.GetString(text));

        private void Consider(Value value)
        {
            if (value.IsUtf8)
            {
                Consider(value.Utf8);
            }
            else
            {
                Consider(System.Text.Encoding.UTF8.GetBytes(value.Text));
            }
        }

        private void Consider(ReadOnlySpan<byte> text)
        {
            if (first is null || text.SequenceCompareTo(first) < 0)
            {
                first = text.ToArray();
            }

            if (last is null || text.SequenceCompareTo(last) > 0)
            {
                last = text.ToArray();
            }
        }
    }
}
