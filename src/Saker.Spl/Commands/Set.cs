using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

public enum SetOperation
{
    Union,
    Diff,
    Intersect,
}

/// <summary><c>set</c>: the rows that two searches have together, that only one has, or that both have. Rows are the same if all their fields are.</summary>
public sealed record Set(SetOperation Operation, Pipeline First, Pipeline Second) : ICommand, IGenerates, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "set",
        "set union|diff|intersect [<search>] [<search>]",
        "Compares the rows of two searches.",
        "| set diff [search verb=create | stats count BY user.username | fields user.username] [search verb=delete | stats count BY user.username | fields user.username]",
        Parse)
    { TakesSubsearch = true };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public IEnumerable<Pipeline> Pipelines => [First, Second];

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public Operator Bind(BindContext context) => new SetOperator(Operation, context);

    public override string ToString() => $"set {Operation.ToString().ToLowerInvariant()} [{First}] [{Second}]";

    private static Set Parse(CommandReader reader)
    {
        foreach (var operation in Enum.GetValues<SetOperation>())
        {
            if (reader.TryKeyword(operation.ToString()))
            {
                var set = new Set(operation, reader.ReadSubsearch(), reader.ReadSubsearch()) { Span = reader.Span };
                reader.ExpectEnd("set");
                return set;
            }
        }

        throw reader.Error("SPL0101", "expected union, diff or intersect", Spec.Synopsis);
    }
}

internal sealed class SetOperator(SetOperation operation, BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var (first, second) = (Hold(context.Inner[0], out var columns), Hold(context.Inner[1], out var others));
        var slots = columns.Union(others).NamesOf([.. first, .. second], context.Search.Fields).Select(context.Slot).ToArray();
        var (inFirst, inSecond) = (Keys(first, slots), Keys(second, slots));
        var rows = operation switch
        {
            SetOperation.Union => first.Concat(second),
            SetOperation.Diff => first.Where(r => !inSecond.Contains(Key(r, slots))).Concat(second.Where(r => !inFirst.Contains(Key(r, slots)))),
            _ => first.Where(r => inSecond.Contains(Key(r, slots))),
        };
        var given = new HashSet<GroupKey>();
        return new RowStream(columns.Union(others), HeldRows.Release(rows.Where(r => given.Add(Key(r, slots))).ToList(), context.Search));
    }

    private List<Row> Hold(SearchPlan plan, out ColumnSet columns) =>
        HeldRows.Hold(Subsearch.Rows(plan, context.Search, SubsearchBounds.Default, "set", out columns), context.Search, "set");

    private static HashSet<GroupKey> Keys(List<Row> rows, int[] slots) => [.. rows.Select(r => Key(r, slots))];

    private static GroupKey Key(Row row, int[] slots) => new(Array.ConvertAll(slots, s => row[s]));
}
