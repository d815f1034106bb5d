using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>What begins or ends a transaction: <c>"login"</c>, <c>(verb=create)</c> or <c>eval(code &gt;= 400)</c>.</summary>
public sealed record TransactionFilter(SearchExpression? Search, EvalExpression? Eval)
{
    public IEnumerable<string> FieldsRead => Search?.FieldsRead() ?? Eval!.FieldsRead();

    public override string ToString() => Eval is null ? $"({Search})" : $"eval({Eval})";

    internal RowPredicate Compile(SearchContext context)
    {
        if (Eval is null)
        {
            return SearchPredicate.Compile(Search!, context.Fields);
        }

        var condition = new EvalCompiler(context).Compile(Eval);
        return row => EvalCompiler.IsTrue(condition(row));
    }

    internal static TransactionFilter Read(CommandReader reader)
    {
        if (reader.NextIs("eval") && reader.PeekAt(4) is '(' or ' ')
        {
            reader.TryKeyword("eval");
            reader.Expect('(', "an expression in parentheses");
            var condition = EvalParser.Parse(reader);
            reader.Expect(')', "a closing parenthesis");
            return new TransactionFilter(null, condition);
        }

        if (reader.TryTake('('))
        {
            var expression = new SearchParser(reader).Parse();
            reader.Expect(')', "a closing parenthesis");
            return new TransactionFilter(expression, null);
        }

        // In quotes stands a search; a single word needs none.
        reader.SkipSpace();
        var start = reader.Position;
        var isQuoted = reader.Peek() == '"';
        var text = isQuoted ? reader.ReadQuoted('"') : reader.ReadValue();
        if (text.Length == 0)
        {
            throw reader.Error("SPL0101", "expected what an event must match");
        }

        var span = isQuoted ? SourceSpan.Between(start + 1, reader.Position - 1) : SourceSpan.Between(start, reader.Position);
        return span.Length == text.Length
            ? new TransactionFilter(new SearchParser(new CommandReader(reader.Parser, span)).Parse(), null)
            : new TransactionFilter(new SearchTerm(text), null);
    }
}
