using Saker.Content;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>A detection with its search planned: ready to run.</summary>
internal sealed record PreparedDetection(Detection Detection, SearchPlan Plan)
{
    /// <summary>Below this many detections the threads cost more than they save.</summary>
    private const int ManyDetections = 64;

    /// <summary>Plans every detection. Those that cannot be planned leave their mistakes in <paramref name="mistakes"/>; the others go on.</summary>
    public static List<PreparedDetection> Prepare(IEnumerable<Detection> detections, MacroTable macros, List<Diagnostic> mistakes)
    {
        var all = detections as IReadOnlyCollection<Detection> ?? [.. detections];
        var prepared = new List<PreparedDetection>();
        foreach (var (one, its) in all.Count < ManyDetections ? all.Select(d => Prepare(d, macros)) : all.AsParallel().AsOrdered().Select(d => Prepare(d, macros)))
        {
            mistakes.AddRange(its);
            if (one is not null)
            {
                prepared.Add(one);
            }
        }

        return prepared;
    }

    private static (PreparedDetection? Prepared, IReadOnlyList<Diagnostic> Mistakes) Prepare(Detection detection, MacroTable macros)
    {
        try
        {
            var one = new PreparedDetection(detection, SearchPlanner.Plan(detection.Search, macros));
            return (one, [.. OutputCheck.Check(one)]);
        }
        catch (SplException mistake)
        {
            return (null, mistake.Diagnostics);
        }
    }
}
