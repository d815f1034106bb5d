using System.Text.RegularExpressions;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>map</c>: runs a search for each row, with the row's values in place of <c>$field$</c>, and gives the rows of all those searches.</summary>
public sealed partial record Map(string Template, Pipeline Widest, int MaxSearches) : ICommand, IHoldsPipelines
{
    private const int DefaultMaxSearches = 10;
    private static readonly string[] OptionNames = ["search", "maxsearches"];

    public static CommandSpec Spec { get; } = new(
        "map",
        "map search=\"<search with $field$>\" [maxsearches=<count>]",
        "Runs a search for each row.",
        "stats count BY user.username | map search=\"search user.username=$user.username$ verb=delete\" maxsearches=20",
        Parse)
    { TakesSubsearch = true, Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    /// <summary>The search with <c>*</c> for each value: what it reads holds what any row's search reads.</summary>
    public IEnumerable<Pipeline> Pipelines => [Widest];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => output;

    public FieldNeed Needs(FieldNeed output) => FieldNeed.Of(Tokens().Matches(Template).Select(t => t.Groups[1].Value));

    public Operator Bind(BindContext context) => new MapOperator(this, context);

    public override string ToString() => "map" + (MaxSearches == DefaultMaxSearches ? "" : $" maxsearches={MaxSearches}") + $" search={Quote.Always(Template)}";

    /// <summary>The search for some values. A value stands in quotes wherever the template does not quote it already and it is no plain word.</summary>
    internal string Fill(Func<string, string> value) => Tokens().Replace(Template, token =>
        IsQuoted(token.Index) ? Escape(value(token.Groups[1].Value)) : Quote.SearchValue(value(token.Groups[1].Value)));

    [GeneratedRegex(@"\$([^$\s""|\[\]]+)\$")]
    private static partial Regex Tokens();

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private bool IsQuoted(int at)
    {
        var quotes = 0;
        for (var i = 0; i < at; i++)
        {
            if (Template[i] == '\\')
            {
                i++;
            }
            else if (Template[i] == '"')
            {
                quotes++;
            }
        }

        return quotes % 2 == 1;
    }

    private static Map Parse(CommandReader reader)
    {
        var most = DefaultMaxSearches;
        string? template = null;
        var span = reader.Span;
        while (!reader.AtEnd)
        {
            if (reader.Peek() == '[')
            {
                var open = reader.Position;
                var close = reader.Parser.FindClosingBracket(open, reader.End);
                template = reader.Text[(open + 1)..close].Trim();
                span = SourceSpan.Between(open, close + 1);
                reader.Seek(close + 1);
            }
            else if (!reader.TryOption(OptionNames, out var name, out var value))
            {
                reader.RefuseUnknownOption("map", OptionNames);
                throw reader.Error("SPL0173", "map takes its search as search=\"…\" or in [ ]", "saved searches are not kept: write the search itself");
            }
            else if (name == "maxsearches")
            {
                most = value.AsInteger();
            }
            else
            {
                (template, span) = (value.Text.Trim(), value.Span);
            }
        }

        if (string.IsNullOrEmpty(template))
        {
            throw reader.Error("SPL0101", "expected the search to run: map search=\"search user=$user$\"");
        }

        return Check(new Map(template, new Pipeline([]), most) { Span = reader.Span }, reader, span);
    }

    private static Map Check(Map map, CommandReader reader, SourceSpan span)
    {
        try
        {
            return map with { Widest = PipelineParser.Parse(Tokens().Replace(map.Template, token => map.Widen(token.Index))) };
        }
        catch (SplException mistake)
        {
            var first = mistake.Diagnostics[0];
            throw reader.Fail(first.Code, $"in the search of map: {first.Message}", span, first.Hint);
        }
    }

    /// <summary>What stands for a value so that the search reads all that any value's search reads: any time, any text, or a number in expressions.</summary>
    private string Widen(int at)
    {
        var before = Template.AsSpan(0, at).TrimEnd('"').TrimEnd('\\');
        if (before.EndsWith("earliest="))
        {
            return "0";
        }

        if (before.EndsWith("latest="))
        {
            return "9999999999";
        }

        var command = before[(before.LastIndexOf('|') + 1)..].TrimStart();
        var length = command.IndexOfAnyExcept(System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz"));
        return command[..Math.Max(0, length)] is "eval" or "where" or "head" or "stats" or "eventstats" or "streamstats" or "timechart" or "chart" ? "0" : "*";
    }
}

internal sealed class MapOperator(Map command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(true, []);
        return new RowStream(columns, RunAll(input.Rows, columns));
    }

    private IEnumerable<Row> RunAll(IEnumerable<Row> rows, ColumnSet columns)
    {
        var left = command.MaxSearches;
        foreach (var row in rows)
        {
            if (left-- == 0)
            {
                context.Search.Warn($"map ran for the first {command.MaxSearches:#,0} rows; raise maxsearches for the rest");
                yield break;
            }

            // A search of the next row may use the same events again, so this one's evidence is its own rows' only.
            var text = command.Fill(field => row[context.Slot(field)].First.Text);
            var result = SearchPlanner.Plan(PipelineParser.Parse(text), context.Output).As(context.Inner[0]).Run(context.Search);
            foreach (var name in result.Columns.Names)
            {
                columns.Add(name);
            }

            foreach (var found in result.Rows)
            {
                found.Evidence = found.Evidence.Total > 0 ? found.Evidence : row.Evidence;
                yield return found;
            }
        }
    }
}
