using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>
/// The parts of an event's time that Splunk gives every event: <c>date_hour</c>, <c>date_wday</c> and their like. A search that reads some gets an eval that
/// computes them, after what can be asked of events without them. An event's own field of the name stays.
/// </summary>
public static class DateFields
{
    private static readonly DateField[] All =
    [
        new("date_second", "tonumber(strftime(_time, \"%S\"))"),
        new("date_minute", "tonumber(strftime(_time, \"%M\"))"),
        new("date_hour", "tonumber(strftime(_time, \"%H\"))"),
        new("date_mday", "tonumber(strftime(_time, \"%d\"))"),
        new("date_wday", "lower(strftime(_time, \"%A\"))"),
        new("date_month", "lower(strftime(_time, \"%B\"))"),
        new("date_year", "tonumber(strftime(_time, \"%Y\"))"),
        new("date_zone", "\"local\""),
    ];

    public static IEnumerable<string> Names => All.Select(d => d.Name);

    /// <summary>The pipeline with what it reads of them computed.</summary>
    internal static Pipeline Computed(Pipeline pipeline)
    {
        if (pipeline.Commands is not [Search first, ..] || All.Where(d => IsRead(d.Name, pipeline.Commands)).ToList() is not { Count: > 0 } read)
        {
            return pipeline;
        }

        var computed = read.Select(d => d.Name).ToList();
        var conditions = first.Expression.Conjuncts().ToLookup(c => c.FieldsRead().Any(computed.Contains));
        var eval = PipelineParser.Parse("| eval " + string.Join(", ", read.Select(d => $"{d.Name}=coalesce({d.Name}, {d.Expression})"))).Commands[0];
        ICommand[] later = conditions[true].Any() ? [first with { Expression = Both(conditions[true]) }] : [];
        return new Pipeline([first with { Expression = Both(conditions[false]) }, eval, .. later, .. pipeline.Commands.Skip(1)]);
    }

    private static SearchExpression Both(IEnumerable<SearchExpression> conditions) => conditions.Aggregate((SearchExpression)new SearchAll(), (a, b) => a.And(b));

    /// <summary>Whether a command reads the field before one makes it.</summary>
    private static bool IsRead(string name, IReadOnlyList<ICommand> commands)
    {
        foreach (var command in commands)
        {
            if (IsNamed(command, FieldNeed.None, name) || IsNamed(command, FieldNeed.All, name))
            {
                return true;
            }

            if (!command.Needs(FieldNeed.Of([name])).Contains(name))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsNamed(ICommand command, FieldNeed output, string name) => command.Needs(output) is { IsAll: false } need && need.Contains(name);

    private sealed record DateField(string Name, string Expression);
}
