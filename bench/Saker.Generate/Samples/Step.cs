namespace Saker.Generate.Samples;

/// <summary>A part of the story, and what the detections make of it.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Telling">What happens and why it looks as it does, in Markdown.</param>
/// <param name="Detection">The detection whose search matches the step's lines; null if none does.</param>
/// <param name="Outcome">What becomes of it.</param>
internal sealed record Step(string Title, string Telling, string? Detection = null, Outcome Outcome = Outcome.None)
{
    /// <summary>Every line of the step, as <c>file:line</c> parts.</summary>
    public List<(string File, int Line)> Lines { get; } = [];

    /// <summary>The lines that the detection's search matches by its terms.</summary>
    public List<(string File, int Line)> Matched { get; } = [];

    public void Add(string file, int line, bool matched)
    {
        Lines.Add((file, line));
        if (matched)
        {
            Matched.Add((file, line));
        }
    }
}

/// <summary>What becomes of a step's lines.</summary>
internal enum Outcome
{
    /// <summary>No search matches them.</summary>
    None,

    /// <summary>They make risk events.</summary>
    Risk,

    /// <summary>The search matches them; a threshold or the filter that ships with the detection lets them go.</summary>
    LetGo,
}
