using System.Text.Json;
using Saker.Cli;
using Saker.Stores;
using Saker.Tests.Stores;
using Xunit;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class DeadletterTests : IDisposable
{
    private readonly TemporaryDirectory data = new();

    public DeadletterTests()
    {
        using var letters = Open();
        letters.Add(
        [
            letters.NewLetter(new DeadLetterKey(1, 64, 0), "hec/ci", "not valid JSON: the text ends inside a string", null, StoreEvents.Rejected("{\"verb\":\"ge\u001b[2J")),
            letters.NewLetter(new DeadLetterKey(1, 64, 1), "audit/prod", "the store has no room for it", StoreEvents.Audit("1"), null),
            letters.NewLetter(new DeadLetterKey(1, 64, 2), "hec/ci", "unknown then", null, StoreEvents.Rejected("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"2\",\"verb\":\"get\"}")),
        ]);
    }

    [Fact]
    public async Task They_are_listed_with_source_and_reason()
    {
        var run = await SakerRun.Of("deadletter", "list", "--data", data.Path);
        var json = await SakerRun.Of("deadletter", "list", "--data", data.Path, "--source", "audit/prod", "--format", "json");

        Assert.Equal((ExitCode.Nothing, ""), (run.Exit, run.Errors));
        Assert.EndsWith("hec/ci  unreadable: not valid JSON: the text ends inside a string\n3 dead letters.\n", run.Output);
        var letter = Assert.Single(JsonDocument.Parse(json.Output).RootElement.EnumerateArray());
        Assert.Equal((2, "refused", "the store has no room for it"), (letter.GetProperty("id").GetInt64(), letter.GetProperty("kind").GetString(), letter.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task One_is_shown_whole_and_cannot_steer_the_terminal()
    {
        var run = await SakerRun.Of("deadletter", "show", "1", "--data", data.Path);

        Assert.Equal(ExitCode.Nothing, run.Exit);
        Assert.Contains("place   request:3", run.Output);
        Assert.Contains("{\"verb\":\"ge", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task What_can_be_taken_now_is_sent_again_and_the_rest_stays()
    {
        var run = await SakerRun.Of("deadletter", "replay", "--all", "--data", data.Path);

        Assert.Equal((ExitCode.Rejected, "2 sent again, 1 stay dead letters.\n"), (run.Exit, run.Output));
        Assert.Contains("saker: 1: it cannot be read still: ", run.Errors);
        using (var letters = Open())
        {
            Assert.Equal([1L], letters.List().Select(l => l.Id));
        }

        await using var journal = Journal.Open(new JournalOptions { Directory = DataDirectory.Journal(data.Path) }, new DiskFiles(), TimeProvider.System);
        Assert.Equal(2, StoreEvents.TextsOf(journal).Count);
        Assert.Equal(["audit/prod", "hec/ci"], journal.Balance.Read().Select(c => c.Name));
    }

    [Fact]
    public async Task They_are_dropped_by_number_and_a_wrong_number_is_told()
    {
        var run = await SakerRun.Of("deadletter", "drop", "1", "2", "77", "--data", data.Path);

        Assert.Equal((ExitCode.Rejected, "2 dropped.\n", "saker: 77: there is no such dead letter\n"), (run.Exit, run.Output, run.Errors));
    }

    [Fact]
    public async Task A_running_server_and_a_wrong_directory_are_told()
    {
        using (Open())
        {
            var taken = await SakerRun.Of("deadletter", "list", "--data", data.Path);
            Assert.Equal((ExitCode.Output, $"saker: {data.Path}/deadletters is in use by another process of saker: stop it first, or give this one a directory of its own\n"), (taken.Exit, taken.Errors));
        }

        var wrong = await SakerRun.Of("deadletter", "list", "--data", data.Path + "/nothing");
        Assert.Equal((ExitCode.Usage, $"saker: --data {data.Path}/nothing: no server keeps dead letters there\n"), (wrong.Exit, wrong.Errors));
        var none = await SakerRun.Of("deadletter", "drop", "--data", data.Path);
        Assert.Equal((ExitCode.Usage, "saker: name dead letters by their numbers, or all of them with --all\n"), (none.Exit, none.Errors));
    }

    public void Dispose() => data.Dispose();

    private DeadLetters Open() => DeadLetters.Open(new DeadLetterOptions { Directory = DataDirectory.DeadLetters(data.Path) }, new DiskFiles(), TimeProvider.System);
}
