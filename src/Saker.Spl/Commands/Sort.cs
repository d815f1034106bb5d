using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>sort</c>: rows in order; 10,000 of them unless another limit is given, 0 for all. Equal rows keep their order.</summary>
public sealed record Sort(int Limit, IReadOnlyList<SortKey> Keys) : ICommand, IHasColumns
{
    internal const int DefaultLimit = 10_000;

    public static CommandSpec Spec { get; } = new(
        "sort",
        "sort [<limit>] [+|-]<field>|auto(<field>)|num(<field>)|str(<field>)|ip(<field>)… [desc]",
        $"Sorts rows; keeps the first {DefaultLimit} unless a limit is given (0: all).",
        "sort 0 -count, ip(src_ip)",
        Parse)
    { Options = ["limit"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Keys.Select(k => k.Field));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new SortOperator(Keys, Limit, context.Search);

    public override string ToString() => $"sort {Limit} {string.Join(", ", Keys)}";

    private static Sort Parse(CommandReader reader)
    {
        var limit = DefaultLimit;
        if (reader.TryOption(Spec.Options, out _, out var option))
        {
            limit = option.AsInteger();
        }
        else if (char.IsAsciiDigit(reader.Peek()))
        {
            var start = reader.Position;
            var text = reader.ReadValue();
            limit = int.TryParse(text, out var number) ? number : throw reader.Fail("SPL0102", "expected an integer of at least 0", SourceSpan.Between(start, reader.Position));
        }

        if (reader.NextIs("by") && reader.Text[(reader.Position + 2)..reader.End].AsSpan().Trim().Length > 0)
        {
            throw reader.Error("SPL0105", "sort takes its fields without BY", "write sort -count");
        }

        var keys = SortKey.ReadAll(reader);
        if (reader.TryKeyword("desc") || reader.TryKeyword("d"))
        {
            keys = [.. keys.Select(k => k with { IsDescending = !k.IsDescending })];
        }

        reader.ExpectEnd("sort");
        return new Sort(limit, keys) { Span = reader.Span };
    }
}

internal sealed class SortOperator(IReadOnlyList<SortKey> keys, int limit, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input) => input with { Rows = Sorted(input.Rows) };

    private IEnumerable<Row> Sorted(IEnumerable<Row> rows)
    {
        var slots = keys.Select(k => context.Fields.Slot(k.Field)).ToArray();
        var comparer = Comparer<Row>.Create((x, y) =>
        {
            for (var i = 0; i < slots.Length; i++)
            {
                var order = keys[i].Compare(x[slots[i]], y[slots[i]]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        });
        var held = new List<Row>();
        foreach (var row in rows)
        {
            row.Detach();
            context.Memory.Take(RowSize.Of(row), "sort");
            held.Add(row);
        }

        // Splunk's own limit cuts without a word; one that the search names is meant.
        if (limit == Sort.DefaultLimit && held.Count > limit)
        {
            context.Warn($"sort kept the first {limit:#,0} of {held.Count:#,0} rows; `sort 0` keeps all");
        }

        var sorted = held.Order(comparer);
        return limit > 0 ? sorted.Take(limit) : sorted;
    }
}
