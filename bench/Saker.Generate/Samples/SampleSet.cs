namespace Saker.Generate.Samples;

/// <summary>The files of samples/: an attack on the cluster "lighthouse" on 2026-03-14, among what the cluster does anyway.</summary>
internal static class SampleSet
{
    /// <summary>Every file's name and text. The same each time.</summary>
    public static IReadOnlyDictionary<string, string> Make()
    {
        var dice = new Dice(314);
        var steps = new Steps();
        var timeline = new Timeline(dice);
        new BenignStory(timeline, steps, dice).Tell();
        new AttackStory(timeline, steps, dice).Tell();

        var audit = new SampleFile("audit.ndjson");
        timeline.WriteTo(audit);
        SampleFile[] files =
        [
            audit,
            new CloudWatch(timeline, steps, dice).Write(),
            .. new FalcoAlerts(steps).Write(),
            .. new HostMetrics(steps, dice).Write(),
        ];
        var texts = files.ToDictionary(file => file.Name, file => file.Text);
        texts["README.md"] = Readme.Write(steps, files);
        texts["expected.json"] = Expected.Write(steps);
        return texts;
    }

    public static void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (name, text) in Make())
        {
            File.WriteAllText(Path.Combine(directory, name), text);
        }
    }
}
