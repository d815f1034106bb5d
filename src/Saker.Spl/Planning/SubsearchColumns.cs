using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>Which columns a subsearch asks its outer search for, as far as that is known before it runs.</summary>
internal static class SubsearchColumns
{
    /// <summary>The names; null if they depend on the data.</summary>
    public static string[]? Of(Pipeline pipeline)
    {
        for (var i = pipeline.Commands.Count - 1; i >= 0; i--)
        {
            switch (pipeline.Commands[i])
            {
                case Search or Where or Dedup or Head or Sort:
                    continue;
                case Fields { Removes: false } fields:
                    return Known(fields.Patterns.Select(p => p.Text));
                case Table table:
                    return Known(table.Patterns.Select(p => p.Text));
                case Stats stats:
                    return Known(stats.By.Concat(stats.Calls.Select(c => c.Column)));
                case Return given:
                    return given.Items.Any(item => item.IsValue) ? null : Known(given.Items.Select(item => item.Name));
                default:
                    return null;
            }
        }

        return null;
    }

    private static string[]? Known(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Any(n => n.Contains('*') || n is "search" or "query") ? null : all;
    }
}
