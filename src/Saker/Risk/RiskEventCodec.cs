using Saker.Content;
using Saker.Spl.Execution;

namespace Saker.Risk;

/// <summary>Writes risk events to temporary files and reads them back; detections are written as their number.</summary>
internal sealed class RiskEventCodec(IReadOnlyList<Detection> detections)
{
    public void Write(BinaryWriter writer, RiskEvent e)
    {
        writer.Write((ulong)(e.Id >> 64));
        writer.Write((ulong)e.Id);
        writer.Write(IndexOf(e.Detection));
        writer.Write(e.Window.Range.Earliest);
        writer.Write(e.Window.Range.Latest);
        writer.Write(e.Window.ScheduledTime.UtcTicks);
        writer.Write(e.Window.IsScheduled);
        writer.Write(e.RiskObject.Field);
        writer.Write(e.RiskObject.Type);
        writer.Write(e.RiskObject.Value);
        writer.Write(e.BaseScore);
        writer.Write(e.Score);
        WriteAll(writer, e.Factors, writer.Write);
        WriteAll(writer, e.Context, f => WriteField(writer, f));
        writer.Write(e.Message);
        writer.Write(e.FirstNanoseconds);
        writer.Write(e.LastNanoseconds);
        writer.Write(e.Rows);
        writer.Write(e.HiddenBy);
        WriteAll(writer, e.ThreatObjects, t =>
        {
            writer.Write(t.Field);
            writer.Write(t.Type);
            writer.Write(t.Value);
            writer.Write((byte)t.Origin);
        });
        writer.Write(e.Evidence.Total);
        WriteAll(writer, e.Evidence.Named.ToArray(), writer.Write7BitEncodedInt64);
        WriteAll(writer, e.Fields, f => WriteField(writer, f));
    }

    public RiskEvent Read(BinaryReader reader)
    {
        var id = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
        var detection = detections[reader.ReadInt32()];
        var range = new TimeRange(reader.ReadInt64(), reader.ReadInt64());
        var window = new Window(range, new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), reader.ReadBoolean());
        return new RiskEvent
        {
            Id = id,
            Detection = detection,
            Window = window,
            RiskObject = new RiskObject(reader.ReadString(), reader.ReadString(), reader.ReadString()),
            BaseScore = reader.ReadInt32(),
            Score = reader.ReadInt32(),
            Factors = ReadAll(reader, reader.ReadString),
            Context = ReadAll(reader, () => ReadField(reader)),
            Message = reader.ReadString(),
            FirstNanoseconds = reader.ReadInt64(),
            LastNanoseconds = reader.ReadInt64(),
            Rows = reader.ReadInt32(),
            HiddenBy = reader.ReadString(),
            ThreatObjects = ReadAll(reader, () => new ThreatObject(reader.ReadString(), reader.ReadString(), reader.ReadString(), (AddressOrigin)reader.ReadByte())),
            Evidence = ReadEvidence(reader),
            Fields = ReadAll(reader, () => ReadField(reader)),
        };
    }

    private static void WriteField(BinaryWriter writer, KeyValuePair<string, IReadOnlyList<string>> field)
    {
        writer.Write(field.Key);
        WriteAll(writer, field.Value, writer.Write);
    }

    private static KeyValuePair<string, IReadOnlyList<string>> ReadField(BinaryReader reader) => new(reader.ReadString(), ReadAll(reader, reader.ReadString));

    private static Evidence ReadEvidence(BinaryReader reader)
    {
        var total = reader.ReadInt64();
        var ordinals = ReadAll(reader, reader.Read7BitEncodedInt64);
        return total == 0 ? default : new Evidence(total, ordinals);
    }

    private static void WriteAll<T>(BinaryWriter writer, IReadOnlyCollection<T> items, Action<T> write)
    {
        writer.Write7BitEncodedInt(items.Count);
        foreach (var item in items)
        {
            write(item);
        }
    }

    private static T[] ReadAll<T>(BinaryReader reader, Func<T> read)
    {
        var items = new T[reader.Read7BitEncodedInt()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read();
        }

        return items;
    }

    private int IndexOf(Detection detection)
    {
        for (var i = 0; i < detections.Count; i++)
        {
            if (ReferenceEquals(detections[i], detection))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"{detection.Name} is not of this run");
    }
}
