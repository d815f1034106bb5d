using System.Text;
using Saker.Content;
using Saker.Ingest;

namespace Saker.Detections.Testing;

/// <summary>A test's records in their order, each with what is said of it, to be told in this order or another.</summary>
internal sealed class TestEvents(IReadOnlyList<TestRecord> records)
{
    private const int Seed = 20_260_302;

    public IReadOnlyList<TestRecord> Records { get; } = records;

    public TestEvents Duplicated() => new([.. Records.SelectMany(r => (TestRecord[])[r, r])]);

    public TestEvents Reversed() => new([.. Records.Reverse()]);

    public TestEvents Shuffled()
    {
        var shuffled = Records.ToArray();
        new Random(Seed).Shuffle(shuffled);
        return new(shuffled);
    }

    /// <summary>The second half, as a reading of its own.</summary>
    public TestEvents Half(bool second) => new([.. second ? Records.Skip(Records.Count / 2) : Records.Take(Records.Count / 2)]);

    /// <summary>As inputs: neighbours of which the same is said are one.</summary>
    public IEnumerable<InputFile> Inputs()
    {
        for (var i = 0; i < Records.Count;)
        {
            var first = Records[i];
            using var bytes = new MemoryStream();
            for (; i < Records.Count && Records[i].Input == first.Input; i++)
            {
                bytes.Write(Records[i].Bytes);
                bytes.WriteByte((byte)'\n');
            }

            yield return first.Input with { Content = bytes.ToArray(), Length = bytes.Length };
        }
    }

    public static TestEvents Of(DetectionTest test, DateOnly? day, IngestOptions options)
    {
        var wrapping = new Wrapping { Source = test.Source, Sourcetype = test.Sourcetype };
        if (test.EventsFile is { } file)
        {
            return new(ReadFile(file, wrapping, options));
        }

        // A clock without a date takes the detection's, so that the answer does not hang on today's.
        var input = new InputFile(test.Name, 0, day ?? default) { Wrapping = wrapping };
        return new([.. test.Events.Select(e => new TestRecord(Encoding.UTF8.GetBytes(e), input))]);
    }

    /// <summary>Splunk's form: one file or more, each with its own source and sourcetype.</summary>
    public static TestEvents Of(IEnumerable<(AttackData Data, string Path)> files, IngestOptions options) => new(
    [
        .. files.SelectMany(f => ReadFile(
            f.Path,
            new Wrapping { Source = OrNull(f.Data.Source), Sourcetype = OrNull(f.Data.Sourcetype), Host = f.Data.Host, Index = f.Data.CustomIndex },
            options)),
    ]);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static List<TestRecord> ReadFile(string path, Wrapping wrapping, IngestOptions options)
    {
        var file = new FileInfo(path);
        var input = new InputFile(path, file.Length, DateOnly.FromDateTime(file.LastWriteTimeUtc)) { Wrapping = wrapping };
        var records = new List<TestRecord>();
        using var framer = new RecordFramer(input.Open(), options);
        while (framer.Next() is { } batch)
        {
            using (batch)
            {
                records.AddRange(batch.Records.Select(r => new TestRecord(batch[r].ToArray(), input)));
            }
        }

        return records;
    }
}

/// <summary>A line or a document, and the input that it belongs to.</summary>
internal sealed record TestRecord(byte[] Bytes, InputFile Input);
