using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>eval</c>: computes fields, one after the other; null removes the field.</summary>
public sealed record Eval(IReadOnlyList<Assignment> Assignments) : ICommand, IRowWise, IGrowsOnly, IHasColumns, IHoldsPipelines, IHasExpressions
{
    public static CommandSpec Spec { get; } = new(
        "eval",
        "eval <field>=<expression> [, <field>=<expression>]…",
        "Computes fields from expressions.",
        "eval is_admin=if(match('user.username', \"admin$\"), 1, 0), path=lower(requestURI)",
        Parse)
    { Differences = ["A subsearch in an expression that gives no rows is null, with a note; what is no expression is text."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => Assignments.SelectMany(a => a.Expression.Pipelines());

    public IEnumerable<EvalExpression> Expressions => Assignments.Select(a => a.Expression);

    public FieldNeed Needs(FieldNeed output)
    {
        for (var i = Assignments.Count - 1; i >= 0; i--)
        {
            output = output.Without(Assignments[i].Field).With(Assignments[i].FieldsRead);
        }

        return output;
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) =>
        input is null || Assignments.Any(a => a.IsTemplate) ? null : input.Union(Assignments.Select(a => a.Field));

    public Operator Bind(BindContext context)
    {
        var compiler = new EvalCompiler(context.Search);
        var inner = new Queue<SearchPlan>(context.Inner);
        return new EvalOperator([.. Assignments.Select(a => (a, a.IsTemplate ? -1 : context.Slot(a.Field), compiler.Compile(Subsearch.Resolve(a.Expression, inner, context.Search))))], context.Search.Fields);
    }

    public string? WhyNot(GrowthState state)
    {
        if (Pipelines.Any())
        {
            return "it has a subsearch";
        }

        foreach (var assignment in Assignments)
        {
            state.Assign(assignment.Field, assignment.Expression.FieldsRead());
        }

        return null;
    }

    public override string ToString() => $"eval {string.Join(", ", Assignments)}";

    // "eval a=1 b=2"
    private static void RefuseMissingComma(CommandReader reader)
    {
        reader.SkipSpace();
        var length = 0;
        while (char.IsAsciiLetterOrDigit(reader.PeekAt(length)) || reader.PeekAt(length) is '_' or '.')
        {
            length++;
        }

        if (length > 0)
        {
            var isAssignment = reader.Text[(reader.Position + length)..reader.End].TrimStart().StartsWith('=');
            throw isAssignment
                ? reader.Fail("SPL0144", "a comma is missing before this assignment", new SourceSpan(reader.Position, length), "separate assignments with commas: eval a=1, b=2")
                : Habits.At(reader.Text, reader.Position, reader.End) is { } habit
                    ? reader.Fail("SPL0126", habit.Message, new SourceSpan(reader.Position, length), habit.Hint)
                    : reader.Fail("SPL0105", $"eval does not take `{reader.Text.Substring(reader.Position, length)}` here", new SourceSpan(reader.Position, length), "a field name with blanks goes in single quotes; texts are joined with a point");
        }
    }

    private static Eval Parse(CommandReader reader)
    {
        var assignments = new List<Assignment>();
        do
        {
            var field = reader.ReadName("a field name to assign to");
            if (!reader.TryTake('='))
            {
                throw reader.Error("SPL0140", $"expected `=` after {field}", "eval assigns: eval field=expression");
            }

            if (reader.Peek() == '=')
            {
                throw reader.Fail("SPL0140", "eval assigns with one `=`", new SourceSpan(reader.Position - 1, 2), $"write {field}=…, or {field}=if(a==b, 1, 0)");
            }

            var start = reader.Position;
            var expression = EvalParser.ParseWithSubsearches(reader);
            if (expression.IsCondition())
            {
                throw reader.Fail("SPL0143", $"eval cannot assign a truth value to {field}", SourceSpan.Between(start, reader.Position), $"write {field}=if(…, \"true\", \"false\")");
            }

            assignments.Add(new Assignment(field, expression));
        }
        while (reader.TryTake(','));

        RefuseMissingComma(reader);
        reader.ExpectEnd("eval");
        return new Eval(assignments) { Span = reader.Span };
    }
}

/// <summary>One <c>field=expression</c>. A field such as <c>{name}</c> is named by another field's value.</summary>
public sealed record Assignment(string Field, EvalExpression Expression)
{
    /// <summary>Whether the name holds <c>{field}</c>, to be filled in a row (an array path ends in an empty pair).</summary>
    public bool IsTemplate => Field.IndexOf('{') is var open and >= 0 && open + 1 < Field.Length && Field[open + 1] != '}' && Field.IndexOf('}', open) > 0;

    public IEnumerable<string> FieldsRead => IsTemplate ? Expression.FieldsRead().Append(TemplateField) : Expression.FieldsRead();

    public string TemplateField => Field[(Field.IndexOf('{') + 1)..Field.IndexOf('}')];

    public override string ToString() => $"{Quote.Field(Field)}={Expression}";
}

internal sealed class EvalOperator((Assignment Assignment, int Slot, Evaluator Value)[] assignments, FieldTable fields) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var columns = input.Columns.With(assignments.Where(a => a.Slot >= 0).Select(a => a.Assignment.Field));
        return new RowStream(columns, Compute(input.Rows, columns));
    }

    private IEnumerable<Row> Compute(IEnumerable<Row> rows, ColumnSet columns)
    {
        foreach (var row in rows)
        {
            foreach (var (assignment, slot, value) in assignments)
            {
                row[slot >= 0 ? slot : TemplateSlot(assignment, row, columns)] = value(row);
            }

            yield return row;
        }
    }

    private int TemplateSlot(Assignment assignment, Row row, ColumnSet columns)
    {
        var part = row[fields.Slot(assignment.TemplateField)].First.Text;
        var name = assignment.Field.Replace("{" + assignment.TemplateField + "}", part, StringComparison.Ordinal);
        columns.Add(name);
        return fields.Slot(name);
    }
}
