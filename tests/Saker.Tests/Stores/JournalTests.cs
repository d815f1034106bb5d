using System.Diagnostics;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Stores;

public sealed class JournalTests
{
    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly List<string> reports = [];

    [Fact]
    public async Task A_batch_is_read_back_as_it_came_on_a_real_disk_and_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var options = new JournalOptions { Directory = Path.Combine(directory.Path, "deep", "journal") };
        await using (var journal = Journal.Open(options, new DiskFiles(), TimeProvider.System))
        {
            Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("hec/ci", StoreEvents.Line("one"), StoreEvents.Line("two")), default));
            Assert.Equal(["one", "two"], StoreEvents.TextsOf(journal));
        }

        await using (var journal = Journal.Open(options, new DiskFiles(), TimeProvider.System))
        {
            Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("hec/ci", StoreEvents.Line("three")), default));
            Assert.Equal(["one", "two", "three"], StoreEvents.TextsOf(journal));
            var counts = Assert.Single(journal.Balance.Read());
            Assert.Equal(("hec/ci", 3, 3), (counts.Name, counts.Received, counts.Pending));
        }
    }

    [Fact]
    public async Task Batches_of_all_sizes_are_read_together_as_they_came()
    {
        await using var journal = Open(mostBytes: 200 << 20);
        string[] texts = [.. new[] { 10, 900_000, 3_000_000, 200_000, 1_048_576, 2_000_000, 5 }.Select((length, i) => new string((char)('a' + i), length))];
        foreach (var text in texts)
        {
            Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("hec/ci", StoreEvents.Line(text)), default));
        }

        Assert.Equal(texts, StoreEvents.TextsOf(journal));
    }

    [Fact]
    public async Task A_second_process_is_refused_with_a_sentence()
    {
        using var directory = new TemporaryDirectory();
        var options = new JournalOptions { Directory = directory.Path };
        var journal = Journal.Open(options, new DiskFiles(), TimeProvider.System);

        var refused = Assert.Throws<DirectoryInUseException>(() => Journal.Open(options, new DiskFiles(), TimeProvider.System));
        await journal.DisposeAsync();

        Assert.Equal($"{directory.Path} is in use by another process of saker: stop it first, or give this one a directory of its own", refused.Message);
        await Journal.Open(options, new DiskFiles(), TimeProvider.System).DisposeAsync();
    }

    [Fact]
    public async Task A_full_journal_says_so_and_keeps_a_fifth_for_what_is_not_sent_again()
    {
        await using var journal = Open(mostBytes: 100_000);
        var batch = StoreEvents.Batch("hec/ci", StoreEvents.Line(new string('x', 5000)));
        var taken = 0;
        IntakeAnswer answer;
        while ((answer = await journal.TakeAsync(batch, default)).Status == IntakeStatus.Kept)
        {
            taken++;
        }

        Assert.Equal((IntakeStatus.Full, TimeSpan.FromSeconds(10)), (answer.Status, answer.RetryAfter));
        Assert.InRange(journal.Status.UsedBytes, 70_000, 80_000);
        while ((answer = await journal.TakeAsync(batch with { IsIrreplaceable = true }, default)).Status == IntakeStatus.Kept)
        {
            taken++;
        }

        Assert.Equal(IntakeStatus.Full, answer.Status);
        Assert.InRange(journal.Status.UsedBytes, 90_000, 100_000);
        Assert.Equal(taken, StoreEvents.TextsOf(journal).Count);

        // What was stored gives its room back.
        journal.Advance(journal.DurableEnd, 0);
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(batch, default));
    }

    [Fact]
    public async Task A_batch_that_can_never_fit_is_refused_with_the_reason()
    {
        await using var journal = Open(mostBytes: 100_000);

        var answer = await journal.TakeAsync(StoreEvents.Batch("hec/ci", StoreEvents.Line(new string('x', 79_990))), default);

        Assert.Equal(IntakeStatus.Failed, answer.Status);
        Assert.EndsWith("is larger than the journal takes", answer.Why);
    }

    [Fact]
    public async Task A_stalled_flush_makes_nobody_wait_long()
    {
        var journal = Open(wait: TimeSpan.FromMilliseconds(200));
        disk.Flushing.Reset();
        var watch = Stopwatch.StartNew();

        var first = journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("first")), default).AsTask();
        await Until(() => journal.Status.Queued == 0);
        var second = await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("second")), default);
        Assert.Equal((IntakeStatus.Failed, IntakeStatus.Full), ((await first).Status, second.Status));
        Assert.InRange(watch.ElapsedMilliseconds, 190, 5000);
        var third = journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("third")), default);
        Assert.True(third.IsCompleted, "once it is known to stall, nobody waits at all");
        Assert.Equal("the disk stalls", (await third).Why);

        disk.Flushing.Set();
        await Until(() => journal.DurableEnd > 0);
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("fourth")), default));
        Assert.Equal(["first", "fourth"], StoreEvents.TextsOf(journal));
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_journal_goes_on_once_there_is_room()
    {
        await using var journal = Open();
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default));
        disk.Room = disk.Used;

        var answer = await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("two")), default);
        Assert.Equal(IntakeStatus.Failed, answer.Status);
        Assert.Contains("No space left on device", answer.Why);
        // A checkpoint has its room, or nothing could ever be let go.
        journal.Advance(journal.DurableEnd, 0);

        disk.Room = long.MaxValue;
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("three")), default));
        Assert.Equal(["three"], StoreEvents.TextsOf(journal));
        Assert.Equal(1, journal.Status.Failures);
    }

    [Fact]
    public async Task After_a_failure_the_disk_is_left_alone_for_a_while()
    {
        await using var journal = Open(pause: TimeSpan.FromMinutes(1));
        disk.Room = 0;
        Assert.Equal(IntakeStatus.Failed, (await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default)).Status);
        disk.Room = long.MaxValue;

        var answer = await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);

        Assert.Equal(IntakeStatus.Failed, answer.Status);
        Assert.InRange(answer.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_segment_whose_flush_failed_is_never_written_to_again()
    {
        await using var journal = Open();
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default));
        disk.FlushFails = 1;
        Assert.Equal(IntakeStatus.Failed, (await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("two")), default)).Status);
        disk.FlushFails = 0;
        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("three")), default));

        Assert.Equal(["one", "three"], StoreEvents.TextsOf(journal));
        Assert.Equal(2, disk.Names.Count(n => n.EndsWith(".log", StringComparison.Ordinal)));
        Assert.Contains("senders are told to try again", Assert.Single(reports));
    }

    /// <summary>
    /// A segment that went since all that was promised of it is stored may be back after a crash, and in it what nobody promised: a write whose flush failed.
    /// Read first, it would move the borders of the batch that was begun behind it, and the store would take that for another.
    /// </summary>
    [Fact]
    public async Task A_batch_that_was_begun_keeps_its_borders_though_a_segment_before_it_is_back()
    {
        var journal = Open();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);
        var done = journal.DurableEnd;
        journal.Advance(done, 0);
        disk.FlushFails = 1;
        Assert.Equal(IntakeStatus.Failed, (await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("two")), default)).Status);
        disk.FlushFails = 0;
        foreach (var text in (string[])["three", "four"])
        {
            Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line(text)), default));
        }

        var first = disk.Names.First(n => n.EndsWith(".log", StringComparison.Ordinal));
        var bytes = disk.BytesOf(first).ToArray();
        string token;
        using (var begun = journal.Read(done, 0, 1, 1 << 20)!)
        {
            (token, var next) = (begun.Token, begun.To);
            journal.Advance(done, next);
        }

        Assert.DoesNotContain(first, disk.Names);
        await journal.DisposeAsync();
        using (var back = disk.Create(first))
        {
            back.Write([bytes], 0);
        }

        journal = Open();

        using (var again = journal.Read(journal.Checkpoint.Done, journal.Checkpoint.Next, 100, 1 << 20)!)
        {
            Assert.Equal(["three"], again.Events.Select(StoreEvents.TextOf));
            Assert.Equal(token, again.Token);
        }

        Assert.Equal(["three", "four"], StoreEvents.TextsOf(journal));
        Assert.Equal(2, journal.Balance.Read().Single().Pending);
        await journal.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damage_in_the_middle_is_set_aside_and_told_and_the_rest_is_read(bool whileItRuns)
    {
        var journal = Open();
        foreach (var text in (string[])["one", "two", "three"])
        {
            await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line(text)), default);
        }

        var segment = disk.Names.Single(n => n.EndsWith(".log", StringComparison.Ordinal));
        var at = disk.BytesOf(segment).ToArray().AsSpan().IndexOf("two"u8);
        disk.BytesOf(segment)[at] ^= 1;
        if (!whileItRuns)
        {
            await journal.DisposeAsync();
            journal = Open();
        }

        Assert.Equal(["one", "three"], StoreEvents.TextsOf(journal));
        Assert.Equal(1, journal.Status.Damages);
        Assert.Contains("are damaged (its checksum does not fit); they are set aside in /journal/damaged/", Assert.Single(reports));
        Assert.Contains("swo"u8.ToArray().AsSpan()[1..].ToArray(), new[] { disk.BytesOf(disk.Names.Single(n => n.Contains("/damaged/"))).ToArray() }.Select(b => b.AsSpan(b.AsSpan().IndexOf("wo"u8), 2).ToArray()));
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off()
    {
        var journal = Open();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);
        await journal.DisposeAsync();
        var segment = disk.Names.Single(n => n.EndsWith(".log", StringComparison.Ordinal));
        var whole = disk.BytesOf(segment).Count;
        disk.BytesOf(segment).AddRange(disk.BytesOf(segment)[64..(whole - 5)]);

        journal = Open();

        Assert.Equal(["one"], StoreEvents.TextsOf(journal));
        Assert.Equal(whole, disk.BytesOf(segment).Count);
        Assert.Contains("a write that was cut short", Assert.Single(reports));
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task An_event_cannot_pass_for_a_record_of_the_journal()
    {
        var journal = Open();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);
        var segment = disk.Names.Single(n => n.EndsWith(".log", StringComparison.Ordinal));
        var copy = System.Text.Encoding.Latin1.GetString([.. disk.BytesOf(segment)]);
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line(copy)), default);
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("three")), default);
        await journal.DisposeAsync();
        // The record with the forged one in it is damaged, so that the next one is looked for inside of it.
        disk.BytesOf(segment)[copy.Length + 40] ^= 1;

        journal = Open();

        Assert.Equal(["one", "three"], StoreEvents.TextsOf(journal));
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task An_event_that_was_kept_before_is_counted_and_left_out_a_line_of_text_is_not()
    {
        var journal = Open();
        var batch = StoreEvents.Batch("audit/prod", StoreEvents.Audit("1"), StoreEvents.Audit("2"), StoreEvents.Audit("1"), StoreEvents.Line("x"), StoreEvents.Line("x"));
        await journal.TakeAsync(batch, default);
        await journal.TakeAsync(batch with { OtherCount = 2, Rejected = [StoreEvents.Rejected("{")] }, default);

        Assert.Equal(6, StoreEvents.TextsOf(journal).Count);
        Assert.Equal(new SourceCounts("audit/prod", 13, 0, 4, 2, 1), journal.Balance.Read().Single() with { LastSeen = null, UsualPause = default, Watched = default });
        Assert.Equal(6, journal.Balance.Read().Single().Pending);

        // What waits in the journal is known again after a restart.
        await journal.DisposeAsync();
        journal = Open();
        await journal.TakeAsync(StoreEvents.Batch("audit/prod", StoreEvents.Audit("2")), default);
        Assert.Equal(5, journal.Balance.Read().Single().Deduplicated);
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task An_event_whose_writing_failed_is_not_known_when_it_comes_again()
    {
        await using var journal = Open();
        disk.FlushFails = 1;
        await journal.TakeAsync(StoreEvents.Batch("audit/prod", StoreEvents.Audit("1")), default);
        disk.FlushFails = 0;

        Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("audit/prod", StoreEvents.Audit("1")), default));
        Assert.Single(StoreEvents.TextsOf(journal));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_told_and_nothing_is_left_out()
    {
        var journal = Open();
        await journal.TakeAsync(StoreEvents.Batch("a", StoreEvents.Line("one")), default);
        await journal.DisposeAsync();
        disk.BytesOf("/journal/checkpoint")[9] ^= 1;

        journal = Open();

        Assert.Equal(["one"], StoreEvents.TextsOf(journal));
        Assert.Contains("checkpoint is damaged", reports[0]);
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task Times_of_events_play_no_part()
    {
        await using var journal = Open();
        var times = (long[])[long.MinValue, 0, long.MaxValue, 4_070_908_800_000_000_000];
        foreach (var time in times)
        {
            var e = new Event { Raw = "x"u8.ToArray(), TimeNanoseconds = time, IndexTimeNanoseconds = time };
            Assert.Equal(IntakeAnswer.Kept, await journal.TakeAsync(StoreEvents.Batch("a", new ReceivedEvent(e, EventKind.Log)), default));
        }

        using var batch = journal.Read(0, 0, 100, 1 << 20)!;
        Assert.Equal(times, batch.Events.Select(e => e.Event.TimeNanoseconds));
    }

    internal static async Task Until(Func<bool> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "it did not come to be");
            await Task.Delay(5);
        }
    }

    private Journal Open(long mostBytes = 1 << 20, TimeSpan? wait = null, TimeSpan? pause = null) => Journal.Open(
        new JournalOptions
        {
            Directory = "/journal",
            MostBytes = mostBytes,
            MostWait = wait ?? TimeSpan.FromSeconds(30),
            PauseAfterFailure = pause ?? TimeSpan.Zero,
            Report = reports.Add,
        },
        disk,
        TimeProvider.System);
}
