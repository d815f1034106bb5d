using Saker.Spl.Execution;
using Xunit;

namespace Saker.Tests.Execution;

/// <summary>Groups by the bytes of their keys are the groups by their values.</summary>
public sealed class KeyWriterTests
{
    private static readonly byte[] Buffer = "ab\uFFFD1"u8.ToArray();

    [Fact]
    public void Keys_that_differ_have_other_bytes()
    {
        Value[][] keys =
        [
            [Value.Of("a"), Value.Of("b")],
            [Value.Of("ab"), Value.Of("")],
            [Value.Of(""), Value.Of("ab")],
            [Value.Of("ab")],
            [Value.Of("\uD800")],
            [Value.Of("\uFFFD")],
            [Value.OfUtf8(Buffer, 0, 2)],
            [Value.OfUtf8(Buffer, 2, 3)],
            [Value.Of(1)],
            [Value.Of("1")],
            [Value.Of(true)],
            [Value.Of(new string('x', 1000))],
        ];
        Assert.Equal(keys.Length, keys.Select(k => Convert.ToHexString(new KeyWriter().Write(k))).Distinct().Count());
    }

    [Fact]
    public void The_same_text_is_one_group_however_it_is_held()
    {
        // A number, text of an event, and a string: the first two rows come again, so that the bytes of their keys are known.
        Value[] values = [Value.Of(1), Value.OfUtf8(Buffer, 5, 1), Value.Of("1"), Value.Of(1), Value.OfUtf8(Buffer, 5, 1), Value.Of("\uD800"), Value.OfUtf8(Buffer, 2, 3)];
        var context = new SearchContext { Source = new MemoryEventSource([]), Now = default };
        var stats = Assert.IsType<Spl.Commands.Stats>(Spl.Syntax.PipelineParser.Parse("* | stats count BY f").Commands[^1]);
        var rows = new Grouping(stats.Calls, stats.By, context, "stats").Run(values.Select(v =>
        {
            var row = new Row();
            row[context.Fields.Slot("f")] = v;
            return row;
        }));
        Assert.Equal(["1=5", "\uD800=1", "\uFFFD=1"], rows.Select(r => $"{r[context.Fields.Slot("f")].Text}={r[context.Fields.Slot("count")].Text}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_keys_do_not_come_again_nobody_looks_for_them()
    {
        var recent = new RecentKeys<string>();
        for (var i = 0; i < 10_000 && recent.IsWorthwhile; i++)
        {
            var key = BitConverter.GetBytes(i);
            Assert.Null(recent.Find(key));
            recent.Add(key, "");
        }

        Assert.False(recent.IsWorthwhile);
        var first = BitConverter.GetBytes(0);
        Assert.Null(recent.Find(first));
        recent.Add(first, "");
        Assert.Null(recent.Find(first));
    }
}
