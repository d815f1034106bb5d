using Saker.Content;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>A detection with its search planned: ready to run.</summary>
internal sealed record PreparedDetection(Detection Detection, SearchPlan Plan)
{
    /// <summary>Plans every detection. Those that cannot be planned leave their mistakes in <paramref name="mistakes"/>; the others go on.</summary>
    public static List<PreparedDetection> Prepare(IEnumerable<Detection> detections, MacroTable macros, List<Diagnostic> mistakes)
    {
        var prepared = new List<PreparedDetection>();
        foreach (var detection in detections)
        {
            try
            {
                var one = new PreparedDetection(detection, SearchPlanner.Plan(detection.Search, macros));
                mistakes.AddRange(OutputCheck.Check(one));
                prepared.Add(one);
            }
            catch (SplException mistake)
            {
                mistakes.AddRange(mistake.Diagnostics);
            }
        }

        return prepared;
    }
}
