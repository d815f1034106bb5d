using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class EventCodecTests
{
    private static readonly string[] Names = ["", "main", "kubernetes", "ein Ümlaut", "名前", new string('x', 3000)];

    [Fact]
    public void Every_field_of_every_event_comes_back()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var entry = Entry(random);
            var bytes = new byte[EventCodec.MostBytes(entry)];
            var length = EventCodec.Write(entry, bytes);

            AssertEqual(entry, EventCodec.Read(bytes.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Bytes_that_are_no_batch_are_refused_and_never_read_past_their_end()
    {
        var random = new Random(8);
        for (var round = 0; round < 5000; round++)
        {
            var entry = Entry(random);
            var bytes = new byte[EventCodec.MostBytes(entry)];
            var length = EventCodec.Write(entry, bytes);
            for (var i = 0; i < 4; i++)
            {
                bytes[random.Next(Math.Min(length, 60))] = (byte)random.Next(256);
            }

            try
            {
                EventCodec.Read(bytes.AsMemory(0, random.Next(length + 1)));
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Kinds_keep_their_numbers() => Assert.Equal(
        ["Other", "Audit", "Falco", "Metric", "KubeEvent", "Log", "ContainerLog", "Tetragon"], Enum.GetValues<EventKind>().Order().Take(8).Select(k => k.ToString()));

    [Fact]
    public void The_checksum_is_Castagnolis()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(Crc32C.Of("123456789"u8), Crc32C.Of("456789"u8, Crc32C.Of("123"u8)));
    }

    private static JournalEntry Entry(Random random)
    {
        string Name() => Names[random.Next(Names.Length)];
        byte[] Bytes(int most)
        {
            var bytes = new byte[random.Next(most)];
            random.NextBytes(bytes);
            return bytes;
        }

        var events = Enumerable.Range(0, random.Next(6)).Select(_ => new ReceivedEvent(
            new Event
            {
                Raw = Bytes(4000),
                Extra = Bytes(50),
                TimeNanoseconds = random.NextInt64(long.MinValue, long.MaxValue),
                IndexTimeNanoseconds = random.NextInt64(long.MinValue, long.MaxValue),
                Index = Name(),
                Source = Name(),
                Sourcetype = Name(),
                Host = Name(),
                Cluster = Name(),
                IsMetric = random.Next(2) == 0,
            },
            (EventKind)random.Next(8),
            random.Next(2) == 0,
            random.Next(2) == 0 ? null : new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()))).ToList();
        var rejected = Enumerable.Range(0, random.Next(3))
            .Select(_ => new RejectedItem(new RecordPlace(Name(), random.NextInt64(long.MaxValue), DateOnly.FromDayNumber(random.Next(3_000_000))), Name(), Bytes(90))).ToList();
        return new JournalEntry(Name(), events, rejected, random.NextInt64(long.MaxValue), random.Next(300), random.Next(2) == 0);
    }

    private static void AssertEqual(JournalEntry a, JournalEntry b)
    {
        Assert.Equal((a.Source, a.Deduplicated, a.Filtered, a.IsIrreplaceable, a.EventCount), (b.Source, b.Deduplicated, b.Filtered, b.IsIrreplaceable, b.EventCount));
        Assert.Equal(a.Rejected.Select(r => (r.Place, r.Reason, Convert.ToHexString(r.Text.Span))), b.Rejected.Select(r => (r.Place, r.Reason, Convert.ToHexString(r.Text.Span))));
        Assert.Equal(a.Events.Select(Text), b.Events.Select(Text));
    }

    private static string Text(ReceivedEvent r)
    {
        var e = r.Event;
        return new StringBuilder().AppendJoin('|', r.Kind, r.IsView, r.Identity, Convert.ToHexString(e.Raw.Span), Convert.ToHexString(e.Extra.Span), e.TimeNanoseconds,
            e.IndexTimeNanoseconds, e.Index, e.Source, e.Sourcetype, e.Host, e.Cluster, e.IsMetric).ToString();
    }
}
