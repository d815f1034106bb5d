using Saker.Spl.Execution;
using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>An expression of <c>eval</c> and <c>where</c>. Prints canonically.</summary>
public abstract record EvalExpression
{
    public SourceSpan Span { get; init; }

    /// <summary>Levels of the tree below and with this one: what walking it takes of the stack.</summary>
    internal int Height { get; init; } = 1;

    public sealed override string ToString() => Print(0);

    /// <summary>Prints for a place that binds as given; weaker expressions get parentheses.</summary>
    internal abstract string Print(int place);
}

public sealed record EvalLiteral(Value Value) : EvalExpression
{
    /// <summary>A number's digits as they stand in the search: <c>1.00</c>.</summary>
    public string? Written { get; init; }

    public bool Equals(EvalLiteral? other) => other is not null && Value.Kind == other.Value.Kind && Value == other.Value;

    public override int GetHashCode() => Value.GetHashCode();

    internal override string Print(int place) => Value.Kind switch
    {
        ValueKind.Number => Written ?? Value.Text,
        ValueKind.Boolean => Value.Truth ? "true()" : "false()",
        ValueKind.Null => "null()",
        _ => Quote.Always(Value.Text),
    };
}

public sealed record EvalField(string Name) : EvalExpression
{
    /// <summary>Whether it stood in single quotes.</summary>
    public bool IsQuoted { get; init; }

    public bool Equals(EvalField? other) => other is not null && other.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    internal override string Print(int place) => Quote.EvalField(Name);
}

public enum BinaryOperator
{
    Or,
    Xor,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    Add,
    Subtract,
    Concatenate,
    Multiply,
    Divide,
    Modulo,
}

public sealed record EvalBinary(BinaryOperator Operator, EvalExpression Left, EvalExpression Right) : EvalExpression
{
    internal override string Print(int place)
    {
        var strength = Operator.Strength();
        // A comparison does not chain: both its sides bind tighter.
        var leftPlace = Operator.IsComparison() ? strength + 1 : strength;
        var text = $"{Left.Print(leftPlace)} {Operator.Text()} {Right.Print(strength + 1)}";
        return strength < place ? $"({text})" : text;
    }
}

public sealed record EvalNot(EvalExpression Inner) : EvalExpression
{
    internal const int Strength = 4;

    internal override string Print(int place)
    {
        var text = $"NOT {Inner.Print(Strength)}";
        return Strength < place ? $"({text})" : text;
    }
}

public sealed record EvalNegate(EvalExpression Inner) : EvalExpression
{
    internal override string Print(int place) => $"-{Inner.Print(EvalOperators.Tightest)}";
}

/// <summary>A function call; <c>x IN (a, b)</c> is the function <c>in</c>.</summary>
public sealed record EvalCall(string Function, IReadOnlyList<EvalExpression> Arguments) : EvalExpression
{
    /// <summary>The lookup that <c>lookup("owners.csv", …)</c> names.</summary>
    internal Commands.LookupReference? Lookup { get; init; }

    internal override string Print(int place) => $"{Function}({string.Join(", ", Arguments.Select(a => a.Print(0)))})";
}

/// <summary>An aggregate inside the expression of <c>chart eval(avg(a) / max(b))</c>; it reads the aggregate's column.</summary>
public sealed record EvalAggregate(Commands.AggregateCall Call) : EvalExpression
{
    internal override string Print(int place) => Call.ToString();
}

/// <summary><c>[search … | return $n]</c> in eval or where: what the subsearch gives is read as an expression before the search runs.</summary>
public sealed record EvalSubsearch(Pipeline Pipeline) : EvalExpression
{
    internal override string Print(int place) => $"[{Pipeline}]";
}

internal static class EvalOperators
{
    public const int Tightest = 10;

    public static int Strength(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.Xor => 2,
        BinaryOperator.And => 3,
        >= BinaryOperator.Equal and <= BinaryOperator.Like => 5,
        BinaryOperator.Concatenate => 6,
        BinaryOperator.Add or BinaryOperator.Subtract => 7,
        _ => 8,
    };

    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.Like;

    public static string Text(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => "OR",
        BinaryOperator.Xor => "XOR",
        BinaryOperator.And => "AND",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Like => "LIKE",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Concatenate => ".",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        _ => "%",
    };
}
