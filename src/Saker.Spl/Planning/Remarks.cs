using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>What is valid, but hardly what was meant: for <c>explain</c> and <c>validate</c>.</summary>
internal static class Remarks
{
    public static IEnumerable<string> On(Pipeline pipeline) => pipeline.Commands.SelectMany(command => command switch
    {
        Search search => OfSearch(search.Expression),
        Where where => OfExpression(where.Condition),
        Eval eval => eval.Assignments.SelectMany(a => OfExpression(a.Expression)),
        _ => [],
    }).Distinct();

    private static IEnumerable<string> OfSearch(SearchExpression expression) => expression.Subexpressions().OfType<SearchTerm>()
        .Where(t => t is { Kind: TermKind.Phrase, IsQuoted: false, Text: "and" or "or" or "not" })
        .Select(t => $"`{t.Text}` is a word to search for here: write {t.Text.ToUpperInvariant()} for the operator");

    // where user='admin': single quotes are for names that need them.
    private static IEnumerable<string> OfExpression(EvalExpression expression) => expression.Subexpressions().OfType<EvalBinary>()
        .Where(b => b.Operator.IsComparison() && b.Right is EvalField { IsQuoted: true } field && Quote.EvalField(field.Name) == field.Name)
        .Select(b => $"'{((EvalField)b.Right).Name}' in single quotes is a field: write \"{((EvalField)b.Right).Name}\" for the text");
}
