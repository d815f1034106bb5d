using Saker.Spl.Aggregates;
using Saker.Spl.Syntax;

namespace Saker.Spl.Commands;

/// <summary>The options of chart and timechart: which series are shown and how they are called.</summary>
public sealed record ChartOptions
{
    private const int DefaultLimit = 10;

    public static readonly IReadOnlyList<string> Names = ["limit", "agg", "sep", "format", "cont", "partial", "fixedrange", "usenull", "useother", "nullstr", "otherstr", "dedup_splitvals"];

    public SeriesName Naming { get; init; } = new();

    /// <summary>How many series are shown; 0 for all.</summary>
    public int Limit { get; init; } = DefaultLimit;

    public bool LimitIsBottom { get; init; }

    /// <summary>The aggregate of a series' values by which series are ranked; their sum if null.</summary>
    public string? Agg { get; init; }

    public bool Continuous { get; init; } = true;

    public bool Partial { get; init; } = true;

    public bool FixedRange { get; init; } = true;

    public bool UseNull { get; init; } = true;

    public bool UseOther { get; init; } = true;

    public string Null { get; init; } = "NULL";

    public string Other { get; init; } = "OTHER";

    /// <summary>Whether a value that a multivalue field has several times counts once.</summary>
    public bool DistinctSplits { get; init; }

    internal ChartOptions With(string option, OptionValue value) => option switch
    {
        "limit" => WithLimit(value),
        "agg" => this with { Agg = Aggregate(value) },
        "sep" or "format" => this with { Naming = Naming.With(option, value) },
        "cont" => this with { Continuous = value.AsBoolean() },
        "partial" => this with { Partial = value.AsBoolean() },
        "fixedrange" => this with { FixedRange = value.AsBoolean() },
        "usenull" => this with { UseNull = value.AsBoolean() },
        "useother" => this with { UseOther = value.AsBoolean() },
        "nullstr" => this with { Null = value.Text },
        "otherstr" => this with { Other = value.Text },
        _ => this with { DistinctSplits = value.AsBoolean() },
    };

    public override string ToString() =>
        (LimitIsBottom ? $" limit=bottom{Limit}" : Limit == DefaultLimit ? "" : $" limit={Limit}") + (Agg is null ? "" : $" agg={Agg}") + Naming + (Continuous ? "" : " cont=false") + (Partial ? "" : " partial=false")
        + (FixedRange ? "" : " fixedrange=false") + (UseNull ? "" : " usenull=false") + (UseOther ? "" : " useother=false") + (Null == "NULL" ? "" : $" nullstr={Quote.SearchValue(Null)}")
        + (Other == "OTHER" ? "" : $" otherstr={Quote.SearchValue(Other)}") + (DistinctSplits ? " dedup_splitvals=true" : "");

    private ChartOptions WithLimit(OptionValue value)
    {
        var text = value.Text.ToLowerInvariant();
        var isBottom = text.StartsWith("bottom", StringComparison.Ordinal);
        var digits = isBottom ? text[6..] : text.StartsWith("top", StringComparison.Ordinal) ? text[3..] : text;
        return int.TryParse(digits, out var limit) && limit >= 0 ? this with { Limit = limit, LimitIsBottom = isBottom } : throw value.Fail("expected a number of series such as 5, top5 or bottom5");
    }

    /// <summary>Of <c>max(cpu)</c> only the function counts: it ranks series by what is shown of them.</summary>
    private static string Aggregate(OptionValue value)
    {
        var name = value.Text.Split('(')[0].ToLowerInvariant();
        return AggregateTable.TryFind(name, out _, out _) ? name : throw value.Fail($"unknown aggregate `{name}`", AggregateTable.Nearest(name) is { } near ? $"did you mean `{near}`?" : null);
    }
}

/// <summary><c>where sum in top5</c>, <c>where max &gt; 100</c>: which series are shown; the others are OTHER.</summary>
public sealed record SeriesFilter(string Aggregate, string Comparison, double Number)
{
    public override string ToString() => $"where {Aggregate} {(Comparison is "<" or ">" ? $"{Comparison} {Execution.Value.FormatNumber(Number)}" : $"{Comparison}{Execution.Value.FormatNumber(Number)}")}";

    /// <summary><c>max</c>, or <c>max(cpu)</c>, of which only the function counts; <c>count&gt;5</c> may be written without blanks.</summary>
    private static string ReadAggregate(CommandReader reader)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var end = start;
        while (end < reader.End && (char.IsAsciiLetterOrDigit(reader.Text[end]) || reader.Text[end] is '_' or '.'))
        {
            end++;
        }

        var after = end < reader.End && reader.Text[end] == '(' ? reader.Text.IndexOf(')', end, reader.End - end) + 1 : end;
        if (after > start && after < reader.End && reader.Text[after] is '<' or '>')
        {
            reader.Seek(after);
            return reader.Text[start..end].ToLowerInvariant();
        }

        return reader.ReadName("an aggregate").Split('(')[0].ToLowerInvariant();
    }

    internal static SeriesFilter Read(CommandReader reader)
    {
        var start = reader.Position;
        var aggregate = ReadAggregate(reader);
        if (!AggregateTable.TryFind(aggregate, out _, out _))
        {
            throw reader.Fail("SPL0150", $"unknown aggregate `{aggregate}`", Text.SourceSpan.Between(start, reader.Position));
        }

        var isIn = reader.TryKeyword("in");
        if (isIn || reader.TryKeyword("notin"))
        {
            var word = reader.ReadValue().ToLowerInvariant();
            var kind = word.StartsWith("top", StringComparison.Ordinal) ? "top" : word.StartsWith("bottom", StringComparison.Ordinal) ? "bottom" : "";
            return kind.Length > 0 && int.TryParse(word.AsSpan(kind.Length), out var count)
                ? new SeriesFilter(aggregate, $"{(isIn ? "in" : "notin")} {kind}", count)
                : throw reader.Fail("SPL0102", "expected top5 or bottom5", Text.SourceSpan.Between(start, reader.Position));
        }

        var comparison = reader.TryTake('>') ? ">" : reader.TryTake('<') ? "<" : throw reader.Error("SPL0101", "expected <, >, in or notin");
        return double.TryParse(reader.ReadValue(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? new SeriesFilter(aggregate, comparison, number)
            : throw reader.Fail("SPL0102", "expected a number", Text.SourceSpan.Between(start, reader.Position));
    }
}
