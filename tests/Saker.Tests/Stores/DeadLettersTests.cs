using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class DeadLettersTests
{
    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly List<string> reports = [];
    private int item;

    [Fact]
    public void Letters_are_there_after_a_restart_until_they_are_removed()
    {
        using (var letters = Open())
        {
            letters.Add([Letter(letters, "one"), Letter(letters, "two"), Letter(letters, "three")]);
            Assert.Equal(1, letters.Remove([2, 99]));
        }

        using (var letters = Open())
        {
            Assert.Equal([3L, 1L], letters.List().Select(l => l.Id));
            Assert.Null(letters.Find(2));
            var letter = letters.Find(3)!;
            Assert.Equal(("hec/ci", "not valid JSON", "three"), (letter.Source, letter.Reason, System.Text.Encoding.UTF8.GetString(letter.Text.Span)));
            letters.Add([Letter(letters, "four")]);
            Assert.Equal(4, letters.List()[0].Id);
        }
    }

    [Fact]
    public void A_letter_that_comes_again_is_kept_once_even_when_it_was_removed()
    {
        using var letters = Open();
        var letter = Letter(letters, "one");
        letters.Add([letter, letter]);
        letters.Remove([1]);
        letters.Add([letter]);

        Assert.Empty(letters.List());
    }

    [Fact]
    public void An_event_that_was_refused_comes_back_whole()
    {
        using var letters = Open();
        letters.Add([letters.NewLetter(new DeadLetterKey(7, 8, 9), "audit/prod", "too many columns", StoreEvents.Audit("1"), null)]);

        var letter = letters.Find(1)!;
        Assert.Equal((StoreEvents.Audit("1").Identity, "prod"), (letter.Event!.Value.Identity, letter.Event.Value.Event.Cluster));
        Assert.Equal(new DeadLetterKey(7, 8, 9), letter.Key);
        Assert.True(letters.List().Single().IsEvent);
    }

    [Fact]
    public void The_oldest_go_when_there_are_too_many_and_are_counted()
    {
        using (var letters = Open(mostBytes: 64_000))
        {
            for (var i = 0; i < 100; i++)
            {
                letters.Add([Letter(letters, $"{i} {new string('x', 2000)}")]);
            }

            Assert.InRange(letters.Bytes, 50_000, 66_000);
            Assert.Equal(100, letters.Count + letters.Evicted);
            Assert.Equal(100, letters.List()[0].Id);
            Assert.NotNull(letters.Find(100));
            Assert.Contains(reports, r => r.EndsWith("oldest went to make room", StringComparison.Ordinal));
        }

        using (var letters = Open(mostBytes: 64_000))
        {
            Assert.Equal(100, letters.Count + letters.Evicted);
        }
    }

    [Fact]
    public void A_disk_that_fails_is_told_and_the_letter_can_be_kept_afterwards()
    {
        using var letters = Open();
        var letter = Letter(letters, "one");
        disk.FlushFails = 1;
        Assert.Throws<IOException>(() => letters.Add([letter]));
        disk.FlushFails = 0;
        letters.Add([letter]);

        Assert.Single(letters.List());
        letters.Dispose();
        using var again = Open();
        Assert.Equal(["one"], again.List().Select(l => System.Text.Encoding.UTF8.GetString(again.Find(l.Id)!.Text.Span)).Distinct());
    }

    [Fact]
    public void A_damaged_letter_is_told_and_the_others_are_read()
    {
        using (var letters = Open())
        {
            foreach (var text in (string[])["one", "two", "three"])
            {
                letters.Add([Letter(letters, text)]);
            }
        }

        var segment = disk.Names.Single(n => n.EndsWith(".log", StringComparison.Ordinal));
        disk.BytesOf(segment)[disk.BytesOf(segment).ToArray().AsSpan().IndexOf("two"u8)] ^= 1;

        using var rest = Open();
        Assert.Equal([3L, 1L], rest.List().Select(l => l.Id));
        Assert.Contains("its checksum does not fit", Assert.Single(reports));
    }

    private DeadLetter Letter(DeadLetters letters, string text) => letters.NewLetter(new DeadLetterKey(1, 64, item++), "hec/ci", "not valid JSON", null, StoreEvents.Rejected(text));

    private DeadLetters Open(long mostBytes = 1 << 20) =>
        DeadLetters.Open(new DeadLetterOptions { Directory = "/dead", MostBytes = mostBytes, Report = reports.Add }, disk, TimeProvider.System);
}
