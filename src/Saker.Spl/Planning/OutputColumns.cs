using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>What can be said of a search's columns without running it.</summary>
internal static class OutputColumns
{
    /// <summary>The columns of the result; null where they depend on the events.</summary>
    public static IReadOnlyList<string>? Of(Pipeline pipeline)
    {
        List<string>? columns = null;
        foreach (var command in pipeline.Commands)
        {
            columns = command is IHasColumns known ? known.Columns(columns)?.ToList() : command is IFilters or Where ? columns : null;
        }

        return columns;
    }

    /// <summary>
    /// The columns that tell a row from the others of its window and stay the same as events are added: the by-fields of the last
    /// aggregation, under the names they have at the end. Null if rows are events, or are made in some other way.
    /// </summary>
    public static IReadOnlyList<string>? Keys(Pipeline pipeline)
    {
        List<string>? keys = null;
        foreach (var command in pipeline.Commands)
        {
            keys = command switch
            {
                Stats stats => [.. stats.By],
                Mstats { Options.Span: not null } mstats => ["_time", .. mstats.By],
                Mstats mstats => [.. mstats.By],
                Tstats { Options.Prestats: false } tstats => [.. tstats.By],
                Rename rename when keys is not null => [.. rename.Columns(keys) ?? keys],
                Chart chart => chart.Over is null ? [] : [chart.Over.Field],
                Timechart => ["_time"],
                Top top => [.. top.By, .. top.Names],
                Xyseries table => [table.X],
                Mvexpand expand when keys is not null => [.. keys.Union([expand.Field])],
                Untable or Transpose or Transaction or Cluster or Mvcombine or Fieldsummary or Makecontinuous => null,
                _ => keys,
            };
        }

        return keys;
    }
}
