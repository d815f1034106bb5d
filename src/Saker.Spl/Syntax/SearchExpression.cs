using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>What the <c>search</c> command asks of an event. Prints canonically.</summary>
public abstract record SearchExpression
{
    public SourceSpan Span { get; init; }

    public sealed override string ToString() => Print(Strength.Or);

    /// <summary>Prints for a place that binds as given; weaker expressions get parentheses.</summary>
    internal abstract string Print(Strength place);

    // In the search command OR binds tighter than AND.
    internal enum Strength
    {
        And,
        Or,
        Not,
    }
}

public sealed record SearchAnd(IReadOnlyList<SearchExpression> Parts) : SearchExpression
{
    internal override string Print(Strength place)
    {
        var text = string.Join(' ', Parts.Select(p => p.Print(Strength.Or)));
        return place == Strength.Not ? $"({text})" : text;
    }
}

public sealed record SearchOr(IReadOnlyList<SearchExpression> Parts) : SearchExpression
{
    internal override string Print(Strength place) => $"({string.Join(" OR ", Parts.Select(p => p.Print(Strength.Not)))})";
}

public sealed record SearchNot(SearchExpression Inner) : SearchExpression
{
    internal override string Print(Strength place) => $"NOT {Inner.Print(Strength.Not)}";
}

public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary><c>field=value</c> and its like; <c>*</c> in the value matches any run of characters for <c>=</c> and <c>!=</c>.</summary>
public sealed record SearchComparison(string Field, ComparisonOperator Operator, string Value) : SearchExpression
{
    internal override string Print(Strength place) => $"{Quote.Field(Field)}{Operator.Text()}{Quote.SearchValue(Value)}";
}

/// <summary><c>field=10.0.0.0/8</c>, <c>field!=10.0.0.0/8</c>: an address of the range, or a value that is written so.</summary>
public sealed record SearchNetwork(string Field, string Range, bool Differs) : SearchExpression
{
    internal override string Print(Strength place) => $"{Quote.Field(Field)}{(Differs ? "!=" : "=")}{Quote.SearchValue(Range)}";
}

/// <summary><c>field IN (a, b*)</c>.</summary>
public sealed record SearchIn(string Field, IReadOnlyList<string> Values) : SearchExpression
{
    internal override string Print(Strength place) => $"{Quote.Field(Field)} IN ({string.Join(", ", Values.Select(Quote.SearchValue))})";
}

public enum TermKind
{
    /// <summary>A word or phrase at token boundaries, any case.</summary>
    Phrase,

    /// <summary><c>TERM(x)</c>: bounded by major breakers only.</summary>
    Term,

    /// <summary><c>CASE(x)</c>: a phrase in exactly this case.</summary>
    Case,
}

/// <summary>A word or phrase to find in <c>_raw</c>.</summary>
public sealed record SearchTerm(string Text, TermKind Kind = TermKind.Phrase) : SearchExpression
{
    /// <summary>Whether it stood in quotes.</summary>
    public bool IsQuoted { get; init; }

    public bool Equals(SearchTerm? other) => other is not null && other.Text == Text && other.Kind == Kind;

    public override int GetHashCode() => HashCode.Combine(Text, Kind);

    internal override string Print(Strength place) => Kind switch
    {
        TermKind.Term => $"TERM({Quote.SearchValue(Text)})",
        TermKind.Case => $"CASE({Quote.SearchValue(Text)})",
        _ => Quote.SearchValue(Text),
    };
}

public enum TimeBound
{
    Earliest,
    Latest,
    IndexEarliest,
    IndexLatest,
}

/// <summary><c>earliest=-1h</c> and its like inside the search.</summary>
public sealed record SearchTime(TimeBound Bound, TimeModifier Time) : SearchExpression
{
    public bool Equals(SearchTime? other) => other is not null && other.Bound == Bound && other.Time.Text == Time.Text;

    public override int GetHashCode() => HashCode.Combine(Bound, Time.Text);

    internal override string Print(Strength place) => $"{Name(Bound)}={(Quote.SearchValue(Time.Text))}";

    internal static string Name(TimeBound bound) => bound switch
    {
        TimeBound.Earliest => "earliest",
        TimeBound.Latest => "latest",
        TimeBound.IndexEarliest => "_index_earliest",
        _ => "_index_latest",
    };
}

/// <summary>Everything: <c>*</c>, or an empty search.</summary>
public sealed record SearchAll : SearchExpression
{
    internal override string Print(Strength place) => "*";
}

/// <summary><c>[ search … ]</c>: the subsearch's rows become a search expression before the search runs.</summary>
public sealed record SearchSubsearch(Pipeline Pipeline) : SearchExpression
{
    internal override string Print(Strength place) => $"[{Pipeline}]";
}

internal static class ComparisonOperators
{
    public static string Text(this ComparisonOperator op) => op switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };
}
