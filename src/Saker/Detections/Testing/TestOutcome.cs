using Saker.Content;

namespace Saker.Detections.Testing;

internal enum TestVerdict
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>What became of one test.</summary>
internal sealed record TestOutcome(Detection Detection, string Name, TestVerdict Verdict)
{
    /// <summary>What was expected and what came, or why the test was skipped; one thing a line.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The same events told in other ways, which must give the same answer.</summary>
    public IReadOnlyList<VariantOutcome> Variants { get; init; } = [];

    public TimeSpan Elapsed { get; init; }

    public int Line => Detection.File.Locate(Span.Start).Line;

    public Spl.Text.SourceSpan Span { get; init; }
}

/// <param name="Name">duplicate, reorder (reversed), reorder (shuffled), late.</param>
/// <param name="Verdict">Skipped where the variant may rightly give another answer.</param>
/// <param name="Reason">Why it failed or was skipped.</param>
internal sealed record VariantOutcome(string Name, TestVerdict Verdict, string? Reason);
