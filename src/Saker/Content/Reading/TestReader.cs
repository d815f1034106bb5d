using Saker.Content.Yaml;

namespace Saker.Content.Reading;

/// <summary>Reads tests: contentctl's form (<c>attack_data</c>) and ours (<c>events</c> or <c>file</c>, and <c>expect</c>).</summary>
internal static class TestReader
{
    private const string ExpectHint = "`none`, or `rows: N` and/or `risk_events:` with object, type, score, message";

    public static IReadOnlyList<DetectionTest> ReadAll(MappingReader reader) => [.. reader.Mappings("tests").Select(Read)];

    private static DetectionTest Read(MappingReader test)
    {
        var attackData = test.Mappings("attack_data").Select(ReadAttackData).ToList();
        var events = ReadEvents(test);
        var file = ReadEventsFile(test);
        var result = new DetectionTest
        {
            Name = test.RequiredText("name"),
            Span = test.Place,
            AttackData = attackData,
            Events = events,
            EventsFile = file,
            Source = test.Scalar("source")?.Text,
            Sourcetype = test.Scalar("sourcetype")?.Text,
            Expect = ReadExpectation(test, required: attackData.Count == 0),
        };
        if (attackData.Count == 0 && events.Count == 0 && file is null)
        {
            test.Report(ContentErrors.BadTest(test.File, test.Place, $"test `{result.Name}` has no events", "give `events:`, `file:` or `attack_data:`"));
        }

        test.Skip("test_type", "type", "pass_condition", "description");
        test.ReportUnknownKeys();
        return result;
    }

    private static AttackData ReadAttackData(MappingReader item)
    {
        var data = new AttackData(item.RequiredText("data"), item.Text("source"), item.Text("sourcetype"), item.Scalar("host")?.Text, item.Scalar("custom_index")?.Text);
        item.Skip("update_timestamp", "data_type", "file_name");
        item.ReportUnknownKeys();
        return data;
    }

    private static List<string> ReadEvents(MappingReader test)
    {
        switch (test.Value("events"))
        {
            case null:
                return [];
            case YamlList list:
                return [.. list.Items.Select(item => item is YamlScalar text ? text.Text : JsonText.Write(item))];
            case var other:
                test.Report(ContentErrors.WrongType(test.File, other.Span with { Length = 1 }, test.PathOf("events"), "a list of events", other.Kind));
                return [];
        }
    }

    private static string? ReadEventsFile(MappingReader test)
    {
        if (test.Scalar("file") is not { } scalar)
        {
            return null;
        }

        var path = Path.Combine(Path.GetDirectoryName(test.File.Name) ?? "", scalar.Text.Trim());
        if (!File.Exists(path))
        {
            test.Report(ContentErrors.MissingFile(test.File, scalar.Span, path));
        }

        return path;
    }

    private static TestExpectation ReadExpectation(MappingReader test, bool required)
    {
        switch (test.Value("expect"))
        {
            case YamlScalar { Text: "none" }:
                return TestExpectation.Nothing;
            case YamlMap when test.Mapping("expect") is { } mapping:
                return ReadExpectation(mapping);
            case null when !required:
                return TestExpectation.SomeRow;
            case null:
                test.Report(ContentErrors.BadTest(test.File, test.Place, "the test does not say what it expects", "expect: " + ExpectHint));
                return TestExpectation.SomeRow;
            case var other:
                test.Report(ContentErrors.BadTest(test.File, other.Span, $"`{test.PathOf("expect")}` is neither `none` nor a mapping", ExpectHint));
                return TestExpectation.SomeRow;
        }
    }

    private static TestExpectation ReadExpectation(MappingReader mapping)
    {
        var rows = mapping.Integer("rows");
        var isStated = mapping.Value("risk_events") is not null;
        var riskEvents = mapping.Mappings("risk_events").Select(ReadRiskEvent).ToList();
        if (rows is null && !isStated)
        {
            mapping.Report(ContentErrors.BadTest(mapping.File, mapping.Place, "the test does not say what it expects", ExpectHint));
        }

        mapping.ReportUnknownKeys();
        return new TestExpectation(rows, isStated ? riskEvents : null);
    }

    private static ExpectedRiskEvent ReadRiskEvent(MappingReader item)
    {
        var expected = new ExpectedRiskEvent(item.Scalar("object")?.Text, item.Scalar("type")?.Text, item.Integer("score"), item.Scalar("message")?.Text);
        item.ReportUnknownKeys();
        return expected;
    }
}
