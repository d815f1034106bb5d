using Saker.Spl.Execution;

namespace Saker.Spl.Aggregates;

/// <summary>
/// The first and last values, by the order of rows or by <c>_time</c>. Of values at the same time the earliest is the smallest and the
/// latest the largest, so that the order of reading does not show.
/// </summary>
internal static class Ordering
{
    public static IEnumerable<AggregateSpec> All =>
    [
        new("first", "first(<field>)", "The value of the first row that has one.", _ => new Ends(byTime: false, e => e.FirstValue)) { DependsOnOrder = true },
        new("last", "last(<field>)", "The value of the last row that has one.", _ => new Ends(byTime: false, e => e.LastValue)) { DependsOnOrder = true },
        new("earliest", "earliest(<field>)", "The value with the smallest _time.", _ => new Ends(byTime: true, e => e.FirstValue)),
        new("latest", "latest(<field>)", "The value with the largest _time.", _ => new Ends(byTime: true, e => e.LastValue)),
        new("earliest_time", "earliest_time(<field>)", "The _time of the earliest value.", _ => new Ends(byTime: true, e => Value.Of(e.FirstTime))),
        new("latest_time", "latest_time(<field>)", "The _time of the latest value.", _ => new Ends(byTime: true, e => Value.Of(e.LastTime))) { Growth = Growth.Rises },
        new("rate", "rate(<field>)", "How much the value rises a second between earliest and latest.", _ => new Ends(byTime: true, e => e.Rate)),
    ];

    private sealed class Ends(bool byTime, Func<Ends, Value> result) : Accumulator
    {
        private bool any;

        public Value FirstValue { get; private set; }

        public Value LastValue { get; private set; }

        public double FirstTime { get; private set; }

        public double LastTime { get; private set; }

        public Value Rate => LastTime > FirstTime && FirstValue.TryGetNumber(out var first) && LastValue.TryGetNumber(out var last)
            ? Value.Of((last - first) / (LastTime - FirstTime))
            : Value.Null;

        public override Value Result => any ? result(this) : Value.Null;

        public override int Add(Value value, double time)
        {
            if (!any || (byTime && IsBefore(time, value, FirstTime, FirstValue)))
            {
                (FirstValue, FirstTime) = (value.Detached, time);
            }

            if (!any || !byTime || IsBefore(LastTime, LastValue, time, value))
            {
                (LastValue, LastTime) = (value.Detached, time);
            }

            any = true;
            return 0;
        }

        public override void Merge(Accumulator later)
        {
            var other = (Ends)later;
            if (!other.any)
            {
                return;
            }

            if (!any || (byTime && IsBefore(other.FirstTime, other.FirstValue, FirstTime, FirstValue)))
            {
                (FirstValue, FirstTime) = (other.FirstValue, other.FirstTime);
            }

            if (!any || !byTime || IsBefore(LastTime, LastValue, other.LastTime, other.LastValue))
            {
                (LastValue, LastTime) = (other.LastValue, other.LastTime);
            }

            any = true;
        }

        private static bool IsBefore(double time, Value value, double otherTime, Value other) =>
            time != otherTime ? time < otherTime : ValueOrder.Instance.Compare(value, other) < 0;

        public override void Save(BinaryWriter writer)
        {
            writer.Write(any);
            writer.Write(FirstTime);
            writer.Write(LastTime);
            ValueCodec.Write(writer, FirstValue);
            ValueCodec.Write(writer, LastValue);
        }

        public override void Load(BinaryReader reader) =>
            (any, FirstTime, LastTime, FirstValue, LastValue) =
            (reader.ReadBoolean(), reader.ReadDouble(), reader.ReadDouble(), ValueCodec.Read(reader), ValueCodec.Read(reader));
    }
}
