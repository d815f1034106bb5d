namespace Saker.Benchmarks.Comparison;

/// <summary>
/// This tree against its parent commit, both built, in turn. A machine that others use too is noisy: so a task counts as slower only where both the
/// median of the pairs and the best run of each say so, three times in a row, each time with more pairs.
/// </summary>
internal static class Regression
{
    private const double Allowed = 1.20;
    private static readonly int[] PairsOfAttempts = [5, 9, 13];

    public static int Run(ComparisonOptions options, string root)
    {
        var (commit, why) = SakerBuild.Parent(root, options.Against);
        if (commit is null)
        {
            Console.WriteLine($"skipped: {why}");
            return 0;
        }

        var mine = SakerBuild.OfTree(root);
        var parent = SakerBuild.OfCommit(root, commit, options.Directory);
        var log = DataFile.Synthetic(options.Directory, 200_000_000);
        var content = Path.Combine(options.Directory, "content-quick");
        GeneratedContent.Write(content, 45);
        (string Task, string[] Arguments)[] tasks =
        [
            ("start: scan samples/", ["scan", Path.Combine(root, "samples")]),
            ("scan, 5 detections", ["scan", log.Path, "--format", "json", "--no-evidence"]),
            ("scan, 50 detections", ["scan", log.Path, "--content", content, "--format", "json", "--no-evidence"]),
            ("stats over all events", ["search", "* | stats count by user.username verb", log.Path, "--format", "ndjson"]),
        ];

        Console.WriteLine($"{mine.Name} against {parent.Name}, times as a ratio; over {Allowed:0.00} is slower");
        var slower = tasks.Count(task => IsSlower(task.Task, mine.Program, parent.Program, task.Arguments, options.Directory));
        Console.WriteLine(slower == 0 ? "no task is slower" : $"{slower} of {tasks.Length} tasks are slower");
        return slower == 0 ? 0 : 1;
    }

    /// <summary>Whether the times say so: the median of the pairs' ratios and the ratio of the best.</summary>
    public static bool Says(IReadOnlyList<(double Mine, double Parent)> pairs, out double median, out double best)
    {
        median = Spread.Of(pairs.Select(p => p.Mine / p.Parent)).Median;
        best = pairs.Min(p => p.Mine) / pairs.Min(p => p.Parent);
        return median > Allowed && best > Allowed;
    }

    private static bool IsSlower(string task, string mine, string parent, string[] arguments, string directory)
    {
        foreach (var count in PairsOfAttempts)
        {
            var pairs = new List<(double, double)>();
            for (var i = 0; i < count; i++)
            {
                // Who runs second finds warmer caches: so they change places.
                var first = Seconds(i % 2 == 0 ? mine : parent, arguments, directory);
                var second = Seconds(i % 2 == 0 ? parent : mine, arguments, directory);
                pairs.Add(i % 2 == 0 ? (first, second) : (second, first));
            }

            var says = Says(pairs, out var median, out var best);
            Console.WriteLine($"  {task,-24} {median:0.00} in the middle, {best:0.00} at best, of {count} pairs{(says ? ": slower?" : "")}");
            if (!says)
            {
                return false;
            }
        }

        return true;
    }

    private static double Seconds(string program, string[] arguments, string directory)
    {
        var outcome = MeasuredProcess.Run([program, .. arguments], directory, "quick");
        return outcome.ExitCode == 0 ? outcome.Seconds : throw new InvalidDataException($"{program} {arguments[0]} ended with {outcome.ExitCode}: {outcome.Errors}");
    }
}
