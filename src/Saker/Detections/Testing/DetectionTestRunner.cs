using Saker.Content;
using Saker.Risk.Exceptions;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Detections.Testing;

/// <summary>
/// Runs detections' tests in this process, on the path that <c>scan</c> takes. Each test's events are then told in other ways (twice, in another order,
/// in two readings), which must not change the answer.
/// </summary>
internal sealed class DetectionTestRunner(ContentLibrary content, ScanSettings settings, string? stateDirectory = null)
{
    private readonly ScanSettings settings = settings with
    {
        // One key for all readings: masked values must not make them differ.
        Ingest = settings.Ingest with { MaskKey = settings.Ingest.MaskKey ?? "saker test"u8.ToArray() },
        Exceptions = settings.Exceptions ?? new ExceptionSet(content.Exceptions),
    };

    public async Task<IReadOnlyList<TestOutcome>> RunAsync(Detection detection, CancellationToken cancellation)
    {
        PreparedDetection prepared;
        try
        {
            prepared = new PreparedDetection(detection, SearchPlanner.Plan(detection.Search, content.Macros));
        }
        catch (SplException mistake)
        {
            return [new TestOutcome(detection, "its search", TestVerdict.Failed) { Reasons = [.. mistake.Diagnostics.Select(d => d.ToString())] }];
        }

        if (detection.Tests.Count == 0)
        {
            return [new TestOutcome(detection, "its tests", TestVerdict.Skipped) { Reasons = [detection.ManualTest.Length > 0 ? $"manual test: {detection.ManualTest}" : "it has none"] }];
        }

        var outcomes = new List<TestOutcome>();
        foreach (var test in detection.Tests)
        {
            var started = TimeProvider.System.GetTimestamp();
            var outcome = await RunAsync(prepared, test, cancellation).ConfigureAwait(false);
            outcomes.Add(outcome with { Elapsed = TimeProvider.System.GetElapsedTime(started), Span = test.Span });
        }

        return outcomes;
    }

    private async Task<TestOutcome> RunAsync(PreparedDetection prepared, DetectionTest test, CancellationToken cancellation)
    {
        var detection = prepared.Detection;
        var outcome = new TestOutcome(detection, test.Name, TestVerdict.Passed);
        if (test.AttackData.Count > 0 && WhyNotHere(detection, test) is { } reason)
        {
            return outcome with { Verdict = TestVerdict.Skipped, Reasons = [reason] };
        }

        TestEvents events;
        try
        {
            events = test.AttackData.Count > 0
                ? TestEvents.Of(test.AttackData.Select(d => (d, LocalPath(detection, d.Url))), settings.Ingest)
                : TestEvents.Of(test, detection.Date, settings.Ingest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return outcome with { Verdict = TestVerdict.Failed, Reasons = [$"its data cannot be read: {failure.Message}"] };
        }

        var given = await ReadAsync(prepared, settings, cancellation, events).ConfigureAwait(false);
        var unmet = Expectations.Unmet(test.Expect, given).ToList();
        if (unmet.Count > 0)
        {
            return outcome with { Verdict = TestVerdict.Failed, Reasons = unmet };
        }

        var variants = await VariantsAsync(prepared, events, given, cancellation).ConfigureAwait(false);
        var failed = variants.Where(v => v.Verdict == TestVerdict.Failed).ToList();
        return outcome with
        {
            Verdict = failed.Count > 0 ? TestVerdict.Failed : TestVerdict.Passed,
            Reasons = [.. failed.Select(v => $"{v.Name}: {v.Reason}")],
            Variants = variants,
        };
    }

    private async Task<IReadOnlyList<VariantOutcome>> VariantsAsync(PreparedDetection prepared, TestEvents events, TestReading given, CancellationToken cancellation)
    {
        Task<TestReading> Read(params TestEvents[] readings) => ReadAsync(prepared, settings, cancellation, readings);
        return
        [
            given.HasRepeatable
                ? new VariantOutcome("duplicate", TestVerdict.Skipped, "equal lines of text and equal data points are legitimate repeats")
                : Compare("duplicate", given, await Read(events.Duplicated()).ConfigureAwait(false)),
            Compare("reorder (reversed)", given, await Read(events.Reversed()).ConfigureAwait(false)),
            Compare("reorder (shuffled)", given, await Read(events.Shuffled()).ConfigureAwait(false)),
            await LateAsync(prepared, events, cancellation).ConfigureAwait(false),
        ];
    }

    /// <summary>
    /// The second half comes after the windows were evaluated once: evaluating again must give what one reading gives, and what was told
    /// early, where the planner says that it may be, must stay.
    /// </summary>
    private async Task<VariantOutcome> LateAsync(PreparedDetection prepared, TestEvents events, CancellationToken cancellation)
    {
        var scheduled = settings with { AsScheduled = true };
        var (early, late) = (events.Half(second: false), events.Half(second: true));
        var whole = await ReadAsync(prepared, scheduled, cancellation, events).ConfigureAwait(false);
        var split = await ReadAsync(prepared, scheduled, cancellation, late, early).ConfigureAwait(false);
        if (whole.Differs(split) is { } reason)
        {
            return new VariantOutcome("late", TestVerdict.Failed, reason);
        }

        if (prepared.Plan.WhyAtClose is null)
        {
            var first = await ReadAsync(prepared, scheduled, cancellation, early).ConfigureAwait(false);
            if (first.RiskEvents.FirstOrDefault(e => !TestReading.Ids(whole).Contains(e.Id)) is { } withdrawn)
            {
                return new VariantOutcome("late", TestVerdict.Failed, $"is told early and is gone when more events come: {TestReading.Describe(withdrawn)}");
            }
        }

        return new VariantOutcome("late", TestVerdict.Passed, null);
    }

    /// <summary>With lookups of its own: what a search writes must not reach the next reading.</summary>
    private Task<TestReading> ReadAsync(PreparedDetection prepared, ScanSettings reading, CancellationToken cancellation, params TestEvents[] readings) =>
        TestReading.RunAsync(prepared, reading with { Lookups = new ContentLookups(content, stateDirectory) }, cancellation, readings);

    private static VariantOutcome Compare(string name, TestReading given, TestReading variant) =>
        given.Differs(variant) is { } reason ? new VariantOutcome(name, TestVerdict.Failed, reason) : new VariantOutcome(name, TestVerdict.Passed, null);

    /// <summary>Why a test in Splunk's form cannot run here; null if it can.</summary>
    private static string? WhyNotHere(Detection detection, DetectionTest test)
    {
        if (detection.ManualTest.Length > 0)
        {
            return $"manual test: {detection.ManualTest}";
        }

        if (detection.Type == DetectionType.Correlation)
        {
            return "a correlation reads the risk index, which a data set does not fill";
        }

        return test.AttackData.FirstOrDefault(d => IsUrl(d.Url)) is { } remote
            ? $"not available offline: {remote.Url}; save it beside the detection and name the file"
            : null;
    }

    private static bool IsUrl(string text) => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Beside the detection, else as the shell would find it.</summary>
    internal static string LocalPath(Detection detection, string path) =>
        Path.Combine(Path.GetDirectoryName(detection.FilePath) ?? "", path) is var beside && File.Exists(beside) ? beside : path;
}
