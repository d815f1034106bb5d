using System.Globalization;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>Raises or lowers the scores of risk events that a condition holds for, as Splunk's risk factors do. A row of the lookup <c>risk_factors</c>.</summary>
/// <param name="Name">Told with the risk event.</param>
/// <param name="Condition">Over the fields of the risk event, as <c>search</c> has it: <c>risk_object_priority=critical NOT namespace_label_stage=test</c>.</param>
/// <param name="IsProduct">Whether the score is multiplied; else added to.</param>
/// <param name="Amount">By how much.</param>
internal sealed record RiskFactor(string Name, SearchExpression Condition, bool IsProduct, decimal Amount)
{
    private const decimal Most = 100;

    private static readonly string[] Columns = ["factor", "condition", "operation", "amount"];

    /// <summary>The factors of a table; rows that are none are told, and left out.</summary>
    public static (IReadOnlyList<RiskFactor> Factors, IReadOnlyList<TableMistake> Mistakes) Read(LookupTable table)
    {
        var (factors, mistakes) = (new List<RiskFactor>(), new List<TableMistake>());
        if (table.Columns.Count > 0 && Columns.FirstOrDefault(c => table.Column(c) < 0) is { } missing)
        {
            return ([], [new TableMistake(-1, "", $"the lookup `{ContextLookups.RiskFactors}` has no column `{missing}`; it wants {string.Join(", ", Columns)}")]);
        }

        for (var i = 0; i < table.Rows.Count; i++)
        {
            string Cell(int column) => table.Rows[i][table.Column(Columns[column])].Text.Trim();
            var (name, condition, operation, amount) = (Cell(0), Cell(1), Cell(2), Cell(3));
            if (name.Length == 0)
            {
                mistakes.Add(new(i, condition, "a risk factor has no name in its column `factor`"));
            }
            else if (operation is not ("add" or "multiply"))
            {
                mistakes.Add(new(i, operation, $"risk factor `{name}`: the operation `{operation}` is neither add nor multiply"));
            }
            else if (!decimal.TryParse(amount, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number > Most || number < (operation == "add" ? -Most : 0))
            {
                mistakes.Add(new(i, amount, $"risk factor `{name}`: the amount `{amount}` is no number from {(operation == "add" ? "-100" : "0")} to 100"));
            }
            else if (Parse(condition, out var why) is { } expression)
            {
                factors.Add(new RiskFactor(name, expression, operation == "multiply", number));
            }
            else
            {
                mistakes.Add(new(i, condition, $"risk factor `{name}`: {why}"));
            }
        }

        return (factors, mistakes);
    }

    private static SearchExpression? Parse(string condition, out string why)
    {
        why = "the condition is empty; `*` holds for all";
        if (condition.Length == 0)
        {
            return null;
        }

        try
        {
            if (PipelineParser.Parse($"search {condition}").Commands is not [Search { Expression: var expression }])
            {
                why = "the condition is one search expression, without a pipe";
                return null;
            }

            why = "the condition compares fields, such as risk_object_priority=critical; it takes no bare words, times and subsearches";
            return expression.Subexpressions().Any(e => e is SearchTerm or SearchTime or SearchSubsearch) ? null : expression;
        }
        catch (SplException mistake)
        {
            why = $"the condition cannot be read: {mistake.Diagnostics[0].Message}";
            return null;
        }
    }
}
