using Saker.Generate.Audit;

namespace Saker.Generate.Samples;

/// <summary>The story's requests, to be written in about the order in which an API server would.</summary>
internal sealed class Timeline(Dice dice)
{
    private readonly List<(Moment Written, string Line, Step Step, bool Matched)> _lines = [];
    private readonly Utf8Buffer buffer = new();
    private int version = 418_200;

    public int NextVersion => version += dice.Between(1, 9);

    public string NameEnd() => $"18{dice.Hex(14)}";

    /// <summary>Adds a request's events to the story.</summary>
    /// <param name="step">The part of the story.</param>
    /// <param name="now">When the request is received; some milliseconds are added.</param>
    /// <param name="make">Makes the request.</param>
    /// <param name="matched">Whether the step's detection matches the request by its terms: tells for each stage.</param>
    public void Add(Step step, Moment now, Func<Moment, AuditRequest> make, Func<string, bool>? matched = null)
    {
        var received = now.After(dice.Below(900_000));
        var request = make(received);
        var auditId = dice.Guid();
        foreach (var stage in request.Stages)
        {
            // Lines are not sorted by time: about 20 ms of disorder.
            var written = request.StageTime(received, stage).After(dice.Below(20_000));
            _lines.Add((written, Line(request, auditId, stage, received), step, matched?.Invoke(stage) ?? false));
        }
    }

    public void Add(Step step, Moment now, AuditRequest request, Func<string, bool>? matched = null) => Add(step, now, _ => request, matched);

    /// <summary>The JSON of a request's last event, for wrappings.</summary>
    public string LastEvent(AuditRequest request, Moment received) => Line(request, dice.Guid(), "ResponseComplete", received);

    public void WriteTo(SampleFile file)
    {
        foreach (var (_, line, step, matched) in _lines.OrderBy(line => line.Written))
        {
            file.Add(line, step, matched);
        }
    }

    private string Line(AuditRequest request, string auditId, string stage, Moment received)
    {
        buffer.Clear();
        request.AddTo(buffer, auditId, stage, received);
        return System.Text.Encoding.UTF8.GetString(buffer.Written);
    }
}
