using System.Text;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Syntax;
using Saker.Stores;
using Saker.Stores.ClickHouse;
using Xunit;

namespace Saker.EndToEnd.Stores;

/// <summary>Whatever a search says of promoted fields, and whatever events hold, the store gives at least what the language finds.</summary>
public sealed class PruningTests(EngineFixture fixture)
{
    private static readonly string[] Fields =
        ["index", "source", "sourcetype", "host", "cluster", "verb", "user.username", "objectRef.namespace", "objectRef.resource", "objectRef.name", "responseStatus.code", "sourceIPs{}", "userAgent"];

    // Case beyond ASCII (long s and Kelvin sign equal s and k), what SQL, LIKE and JSON treat specially, numbers that are text, nothing.
    private static readonly string[] Values =
        ["get", "GET", "gEt", "list", "sk", "\u017F\u212A", "SK", "", "%", "_", "a_b", "axb", "a%b", "it's", "back\\slash", "\"quoted\"", "403", "403.0", "0403", "-1", "1e3", "200", "\u00FC", "\u00DC", "null", "true", "a b", "\u0000", "x\ny", "10.0.0.1"];

    private static readonly string[] Asked = [.. Values.Where(v => !v.AsSpan().ContainsAny("\0\n\"\\")), "g*", "*t", "*", "**", "*e*", "a*b", "*_*", "*%*", "s*", "*'*", "4*"];

    [Fact]
    public async Task Nothing_that_a_search_wants_is_pruned()
    {
        using var store = fixture.NewStore();
        var dice = new Random(42);
        ReceivedEvent[] events = [.. Enumerable.Range(0, 1500).Select(i => Any(dice, i))];
        await store.Events.InsertAsync(events, "any", CancellationToken.None);
        var (pruned, searches) = (0, 0);
        for (; searches < 1200; searches++)
        {
            var search = AnyExpression(dice, 3);
            var request = new SourceRequest(search, FieldNeed.Of([.. search.FieldsRead(), "n"]), IsMetrics: false);
            var wanted = Matching(request, events.Select(e => e.Event)).ToHashSet();
            var given = store.Events.Read(request, TimeRange.All, CancellationToken.None).ToList();
            var found = Matching(request, given).ToHashSet();
            Assert.True(wanted.SetEquals(found), $"{search}\n{StorePredicate.Of(request, TimeRange.All)}\nnot given: {string.Join(", ", wanted.Except(found).Take(5))}");
            pruned += given.Count < events.Length ? 1 : 0;
        }

        Assert.True(pruned > searches / 2, $"only {pruned} of {searches} searches were pruned at all");
    }

    private static IEnumerable<string> Matching(SourceRequest request, IEnumerable<Event> events)
    {
        var fields = new FieldTable();
        var extractor = new FieldExtractor(request.Fields, fields);
        var predicate = SearchPredicate.Compile(request.Predicate, fields);
        foreach (var e in events)
        {
            var row = new Row();
            extractor.Extract(e, row);
            if (predicate(row))
            {
                yield return row[fields.Slot("n")].Text;
            }
        }
    }

    private static ReceivedEvent Any(Random dice, int number)
    {
        var text = new StringBuilder();
        var isJson = dice.Next(5) > 0;
        text.Append(isJson ? $"{{\"n\":{number}" : $"n={number}");
        foreach (var name in Fields.Where(_ => dice.Next(3) > 0))
        {
            AppendField(text, dice, name, isJson);
            if (dice.Next(12) == 0)
            {
                // A key that comes twice has both values.
                AppendField(text, dice, name, isJson);
            }
        }

        text.Append(isJson ? "}" : "");
        return new ReceivedEvent(
            new Event
            {
                Raw = Encoding.UTF8.GetBytes(text.ToString()),
                Extra = dice.Next(6) == 0 ? Encoding.UTF8.GetBytes($"{{\"verb\":\"{Pick(dice).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"}}") : default,
                TimeNanoseconds = SomeEvents.Noon + number,
                IndexTimeNanoseconds = SomeEvents.Noon,
                Index = dice.Next(3) == 0 ? "main" : Pick(dice),
                Source = dice.Next(3) == 0 ? "" : Pick(dice),
                Sourcetype = dice.Next(3) == 0 ? "" : Pick(dice),
                Host = dice.Next(3) == 0 ? "" : Pick(dice),
                Cluster = dice.Next(3) == 0 ? "" : Pick(dice),
            },
            EventKind.Other);
    }

    private static void AppendField(StringBuilder text, Random dice, string name, bool isJson)
    {
        var value = Pick(dice);
        if (!isJson)
        {
            text.Append($" {name}=\"{value.Replace("\"", "", StringComparison.Ordinal)}\"");
            return;
        }

        var json = dice.Next(8) switch { 0 => "null", 1 => "true", 2 => $"{dice.Next(600)}", _ => System.Text.Json.JsonSerializer.Serialize(value) };
        text.Append(name switch
        {
            "sourceIPs{}" => $",\"sourceIPs\":[{json}{(dice.Next(3) == 0 ? $",{System.Text.Json.JsonSerializer.Serialize(Pick(dice))}" : "")}]",
            _ when name.Contains('.') => $",\"{name.Split('.')[0]}\":{{\"{name.Split('.')[1]}\":{json}}}",
            _ => $",\"{name}\":{json}",
        });
    }

    private static SearchExpression AnyExpression(Random dice, int depth) => (depth == 0 ? 3 + dice.Next(9) : dice.Next(12)) switch
    {
        0 => new SearchAnd([AnyExpression(dice, depth - 1), AnyExpression(dice, depth - 1)]),
        1 => new SearchOr([AnyExpression(dice, depth - 1), AnyExpression(dice, depth - 1)]),
        2 => new SearchNot(AnyExpression(dice, depth - 1)),
        3 => new SearchIn(Field(dice), [.. Enumerable.Range(0, dice.Next(1, 5)).Select(_ => Ask(dice))]),
        4 => new SearchTerm(Ask(dice) is { Length: > 0 } word ? word : "x", (TermKind)dice.Next(3)),
        5 => new SearchComparison("responseStatus.code", (ComparisonOperator)dice.Next(6), $"{dice.Next(600)}"),
        _ => new SearchComparison(Field(dice), (ComparisonOperator)(dice.Next(4) > 0 ? dice.Next(2) : dice.Next(6)), Ask(dice)),
    };

    private static string Field(Random dice) => dice.Next(15) == 0 ? "n" : Fields[dice.Next(Fields.Length)];

    private static string Pick(Random dice) => Values[dice.Next(Values.Length)];

    private static string Ask(Random dice) => Asked[dice.Next(Asked.Length)];
}
