using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Saker.Detections.Testing;

namespace Saker.Cli.Output;

/// <summary>What became of tests, in three forms: for people, as JSON, and as the XML that JUnit made common.</summary>
internal sealed class TestReport(IReadOnlyList<TestOutcome> outcomes)
{
    private int Passed => outcomes.Count(o => o.Verdict == TestVerdict.Passed);

    private int Failed => outcomes.Count(o => o.Verdict == TestVerdict.Failed);

    private int Skipped => outcomes.Count(o => o.Verdict == TestVerdict.Skipped);

    private TimeSpan Elapsed => outcomes.Aggregate(TimeSpan.Zero, (sum, o) => sum + o.Elapsed);

    public void WriteText(Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false));
        foreach (var detection in outcomes.GroupBy(o => o.Detection))
        {
            writer.WriteLine(SafeText.Of(detection.Key.Name));
            foreach (var outcome in detection)
            {
                Write(writer, outcome);
            }
        }

        writer.WriteLine($"{Passed:#,0} passed, {Failed:#,0} failed, {Skipped:#,0} skipped in {Elapsed.TotalSeconds:0.00} s.");
    }

    public void WriteJson(Stream stream)
    {
        using (var json = new Utf8JsonWriter(stream, JsonOutput.Options with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", 1);
            json.WriteNumber("passed", Passed);
            json.WriteNumber("failed", Failed);
            json.WriteNumber("skipped", Skipped);
            json.WriteStartArray("tests");
            foreach (var outcome in outcomes)
            {
                Write(json, outcome);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    public void WriteJUnit(Stream stream)
    {
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), CheckCharacters = false }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "saker");
            WriteCounts(xml, outcomes);
            foreach (var detection in outcomes.GroupBy(o => o.Detection))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", Clean(detection.Key.Name));
                WriteCounts(xml, [.. detection]);
                foreach (var outcome in detection)
                {
                    Write(xml, outcome);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(StreamWriter writer, TestOutcome outcome)
    {
        var word = outcome.Verdict switch { TestVerdict.Passed => "pass", TestVerdict.Failed => "FAIL", _ => "skip" };
        var same = outcome.Variants.Where(v => v.Verdict == TestVerdict.Passed).Select(v => v.Name).ToList();
        var skipped = outcome.Variants.Where(v => v.Verdict == TestVerdict.Skipped).Select(v => $"{v.Name} not tried: {v.Reason}").ToList();
        writer.WriteLine($"  {word}  {SafeText.Of(outcome.Name)}");
        if (outcome.Verdict == TestVerdict.Failed)
        {
            writer.WriteLine($"        at {outcome.Detection.FilePath}:{outcome.Line}");
        }

        foreach (var reason in outcome.Reasons)
        {
            writer.WriteLine($"        {SafeText.Of(reason)}");
        }

        foreach (var line in outcome.Verdict == TestVerdict.Passed ? skipped : same.Count > 0 ? [$"the same when: {string.Join(", ", same)}", .. skipped] : skipped)
        {
            writer.WriteLine($"        {line}");
        }
    }

    private static void Write(Utf8JsonWriter json, TestOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("detection", outcome.Detection.Name);
        json.WriteString("detection_id", outcome.Detection.Id);
        json.WriteString("test", outcome.Name);
        json.WriteString("file", outcome.Detection.FilePath);
        json.WriteNumber("line", outcome.Line);
        json.WriteString("verdict", Word(outcome.Verdict));
        json.WriteNumber("duration_seconds", Math.Round(outcome.Elapsed.TotalSeconds, 6));
        json.WriteStartArray("reasons");
        foreach (var reason in outcome.Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("variants");
        foreach (var variant in outcome.Variants)
        {
            json.WriteStartObject();
            json.WriteString("variant", variant.Name);
            json.WriteString("verdict", Word(variant.Verdict));
            json.WriteString("reason", variant.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<TestOutcome> some)
    {
        xml.WriteAttributeString("tests", some.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", some.Count(o => o.Verdict == TestVerdict.Failed).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", some.Count(o => o.Verdict == TestVerdict.Skipped).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("time", Seconds(some.Aggregate(TimeSpan.Zero, (sum, o) => sum + o.Elapsed)));
    }

    private static void Write(XmlWriter xml, TestOutcome outcome)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean(outcome.Name));
        xml.WriteAttributeString("classname", outcome.Detection.Stem);
        xml.WriteAttributeString("file", outcome.Detection.FilePath);
        xml.WriteAttributeString("line", outcome.Line.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("time", Seconds(outcome.Elapsed));
        if (outcome.Verdict != TestVerdict.Passed)
        {
            xml.WriteStartElement(outcome.Verdict == TestVerdict.Failed ? "failure" : "skipped");
            xml.WriteAttributeString("message", Clean(outcome.Reasons is [var first, ..] ? first : ""));
            if (outcome.Verdict == TestVerdict.Failed)
            {
                xml.WriteString(Clean(string.Join('\n', outcome.Reasons)));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Word(TestVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>XML has no place for most control characters, not even escaped.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));
}
