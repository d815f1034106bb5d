using System.Text.RegularExpressions;
using Saker.Spl.Functions;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Execution;

/// <summary>Makes evaluators of expressions. Comparing with null gives null; where null stands for a condition it is not met.</summary>
public sealed class EvalCompiler(FieldTable fields, DateTimeOffset now, TimeZoneInfo zone, ExpandedSource? source = null)
{
    public EvalCompiler(SearchContext context)
        : this(context.Fields, context.Now, context.Zone) => Search = context;

    /// <summary>The search that the evaluators run in; null where they are made to find mistakes, or of constants.</summary>
    internal SearchContext? Search { get; }

    public DateTimeOffset Now { get; } = now;

    public TimeZoneInfo Zone { get; } = zone;

    public FieldTable Fields { get; } = fields;

    public static bool IsTrue(Value value) => value.Kind == ValueKind.Boolean ? value.Truth : value.TryGetNumber(out var number) && number != 0;

    /// <summary>The value of an expression without fields.</summary>
    public static Value EvaluateConstant(EvalExpression expression) =>
        new EvalCompiler(new FieldTable(), DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc).Compile(expression)(new Row());

    public Evaluator[] CompileAll(IReadOnlyList<EvalExpression> expressions) => [.. expressions.Select(Compile)];

    public Evaluator Compile(EvalExpression expression)
    {
        switch (expression)
        {
            case EvalLiteral literal:
                var constant = literal.Value;
                return _ => constant;
            case EvalField field:
                var slot = Fields.Slot(field.Name);
                return row => row[slot];
            case EvalAggregate aggregate:
                var column = Fields.Slot(aggregate.Call.Column);
                return row => row[column];
            case EvalSubsearch:
                // Only compiled as it stands to find mistakes: see Subsearch.Resolve.
                return _ => Value.Null;
            case EvalNot not:
                var inner = Compile(not.Inner);
                return row => inner(row) is { IsNull: false } value ? Value.Of(!IsTrue(value)) : Value.Null;
            case EvalNegate negate:
                var number = Compile(negate.Inner);
                return row => number(row).TryGetNumber(out var n) ? Value.Of(-n) : Value.Null;
            case EvalCall call:
                return FunctionTable.Find(call.Function)!.Compile(call, this);
            default:
                return Binary((EvalBinary)expression);
        }
    }

    /// <summary>A regular expression argument: compiled once if it is a literal, else per value with a small cache.</summary>
    internal Func<Row, Regex?> Regex(EvalExpression pattern)
    {
        if (pattern is EvalLiteral literal)
        {
            try
            {
                var regex = RegexText.Compile(literal.Value.Text);
                return _ => regex;
            }
            catch (ArgumentException mistake)
            {
                throw Fail("SPL0135", $"this regular expression cannot be read: {mistake.Message}", pattern.Span);
            }
        }

        var text = Compile(pattern);
        var cache = new Dictionary<string, Regex?>();
        return row =>
        {
            var value = text(row);
            if (value.IsNull)
            {
                return null;
            }

            if (!cache.TryGetValue(value.Text, out var regex))
            {
                if (cache.Count > 1000)
                {
                    cache.Clear();
                }

                try
                {
                    regex = RegexText.Compile(value.Text);
                }
                catch (ArgumentException)
                {
                    regex = null;
                }

                cache[value.Text] = regex;
            }

            return regex;
        };
    }

    /// <summary>Whether any value matches a pattern in which % is any run of characters and _ any one.</summary>
    internal Evaluator Like(EvalExpression textExpression, EvalExpression patternExpression)
    {
        var (text, pattern) = (Compile(textExpression), Compile(patternExpression));
        string? known = null;
        Regex? regex = null;
        return row =>
        {
            var (value, like) = (text(row), pattern(row));
            if (value.IsNull || like.IsNull)
            {
                return Value.Null;
            }

            if (like.Text != known)
            {
                (known, regex) = (like.Text, RegexText.CompileTranslated(LikePattern(like.Text), RegexOptions.None));
            }

            foreach (var single in value.Values)
            {
                if (regex!.IsMatch(single.Text))
                {
                    return Value.True;
                }
            }

            return Value.False;
        };
    }

    internal SplException Fail(string code, string message, SourceSpan span, string? hint = null) =>
        new((source ?? ExpandedSource.Plain(new SourceText("expression", ""))).Diagnose(code, message, span, hint));

    /// <summary>Numbers where both read as numbers, else text by code point.</summary>
    internal static int Compare(Value left, Value right) =>
        left.TryGetNumber(out var l) && right.TryGetNumber(out var r) ? l.CompareTo(r) : string.CompareOrdinal(left.Text, right.Text);

    internal static string LikePattern(string pattern) =>
        "^(?s:" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + @")\z";

    private Evaluator Binary(EvalBinary binary)
    {
        if (binary.Operator == BinaryOperator.Like)
        {
            return Like(binary.Left, binary.Right);
        }

        CheckTypes(binary);
        var (left, right) = (Compile(binary.Left), Compile(binary.Right));
        return binary.Operator switch
        {
            BinaryOperator.And => row =>
            {
                var l = left(row);
                return !l.IsNull && !IsTrue(l) ? Value.False : right(row) is { IsNull: false } r ? (IsTrue(r) ? (l.IsNull ? Value.Null : Value.True) : Value.False) : Value.Null;
            }
            ,
            BinaryOperator.Or => row =>
            {
                var l = left(row);
                return IsTrue(l) ? Value.True : right(row) is { IsNull: false } r ? (IsTrue(r) ? Value.True : l.IsNull ? Value.Null : Value.False) : Value.Null;
            }
            ,
            BinaryOperator.Xor => row => left(row) is { IsNull: false } l && right(row) is { IsNull: false } r ? Value.Of(IsTrue(l) != IsTrue(r)) : Value.Null,
            BinaryOperator.Equal => Comparison(left, right, o => o == 0),
            BinaryOperator.NotEqual => Comparison(left, right, o => o != 0),
            BinaryOperator.Less => Comparison(left, right, o => o < 0),
            BinaryOperator.LessOrEqual => Comparison(left, right, o => o <= 0),
            BinaryOperator.Greater => Comparison(left, right, o => o > 0),
            BinaryOperator.GreaterOrEqual => Comparison(left, right, o => o >= 0),
            BinaryOperator.Concatenate => row => left(row) is { IsNull: false } l && right(row) is { IsNull: false } r ? Joined(l, r) : Value.Null,
            BinaryOperator.Add => row => Add(left(row), right(row)),
            BinaryOperator.Subtract => Arithmetic(left, right, (a, b) => a - b),
            BinaryOperator.Multiply => Arithmetic(left, right, (a, b) => a * b),
            BinaryOperator.Divide => Arithmetic(left, right, (a, b) => b == 0 ? double.NaN : a / b),
            _ => Arithmetic(left, right, (a, b) => b == 0 ? double.NaN : a % b),
        };
    }

    /// <summary>A number literal and a text literal that is none cannot be added, whatever the row holds.</summary>
    private void CheckTypes(EvalBinary binary)
    {
        static bool IsNumber(EvalExpression e) => e is EvalLiteral { Value.Kind: ValueKind.Number };
        static bool IsWord(EvalExpression e) => e is EvalLiteral { Value.Kind: ValueKind.Text } literal && !literal.Value.TryGetNumber(out _);
        var wrong = binary.Operator switch
        {
            BinaryOperator.Add => (IsNumber(binary.Left) && IsWord(binary.Right)) || (IsWord(binary.Left) && IsNumber(binary.Right)),
            BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo => IsWord(binary.Left) || IsWord(binary.Right),
            _ => false,
        };
        if (wrong)
        {
            throw binary.Operator == BinaryOperator.Add
                ? Fail("SPL0136", "+ cannot take text and a number", binary.Span, "join texts with a point: \"text\" . 5")
                : Fail("SPL0136", $"{binary.Operator.Text()} cannot take text", binary.Span, "a field's name goes in single quotes or none, a text in double quotes");
        }
    }

    private static Evaluator Comparison(Evaluator left, Evaluator right, Func<int, bool> holds) => row =>
    {
        var (l, r) = (left(row), right(row));
        if (l.IsNull || r.IsNull)
        {
            return Value.Null;
        }

        if (!l.IsMulti && !r.IsMulti)
        {
            return Value.Of(holds(Compare(l, r)));
        }

        foreach (var a in l.Values)
        {
            foreach (var b in r.Values)
            {
                if (holds(Compare(a, b)))
                {
                    return Value.True;
                }
            }
        }

        return Value.False;
    };

    private static Evaluator Arithmetic(Evaluator left, Evaluator right, Func<double, double, double> compute) => row =>
        left(row).TryGetNumber(out var l) && right(row).TryGetNumber(out var r) ? Value.Of(compute(l, r)) : Value.Null;

    private static Value Add(Value left, Value right)
    {
        if (left.IsNull || right.IsNull)
        {
            return Value.Null;
        }

        return left.TryGetNumber(out var l) && right.TryGetNumber(out var r) ? Value.Of(l + r) : Joined(left, right);
    }

    private static Value Joined(Value left, Value right)
    {
        var (a, b) = (left.Text, right.Text);
        Growing.CheckText((long)a.Length + b.Length);
        return Value.Of(a + b);
    }
}
