using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>What chart and timechart compute: an aggregate, or an expression of aggregates: <c>eval(avg(a) / max(b)) AS ratio</c>.</summary>
public sealed record ChartTerm(AggregateCall? Call, EvalExpression? Expression, string? As)
{
    public IReadOnlyList<AggregateCall> Calls => Call is not null ? [Call] : [.. Expression!.Subexpressions().OfType<EvalAggregate>().Select(a => a.Call)];

    public IEnumerable<EvalExpression> Expressions => AggregateCall.ExpressionsOf(Calls).Concat(Expression is null ? [] : [Expression]);

    public string Column => Call?.Column ?? As ?? Expression!.ToString();

    public override string ToString() => Call?.ToString() ?? $"eval({Expression}){(As is null ? "" : $" AS {Quote.Field(As)}")}";

    internal static ChartTerm Read(CommandReader reader)
    {
        var start = reader.Position;
        if (!(reader.NextIs("eval") || reader.Peek() == '('))
        {
            return new ChartTerm(AggregateCall.Read(reader), null, null);
        }

        reader.TryKeyword("eval");
        reader.Expect('(', "an expression in parentheses");
        var expression = EvalParser.ParseWithAggregates(reader);
        reader.Expect(')', "a closing parenthesis");
        var alias = reader.TryKeyword("as") ? reader.ReadName("the column's name") : null;
        var term = new ChartTerm(null, expression, alias);
        return term.Calls.Count > 0
            ? term
            : throw reader.Fail("SPL0152", "the expression needs an aggregate such as avg(field)", Text.SourceSpan.Between(start, reader.Position), "to aggregate an expression write avg(eval(…))");
    }
}
