using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>eventcount</c>: how many events there are, together or an index each.</summary>
public sealed record Eventcount(IReadOnlyList<string> Indexes, bool Summarize) : ICommand, IGenerates, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "eventcount", "eventcount [index=<index>]… [summarize=<bool>] [report_size=<bool>] [list_vix=<bool>]", "Counts events, in all or by index.", "| eventcount summarize=false index=*", Parse)
    {
        Options = ["index", "summarize", "report_size", "list_vix"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public SourceRequest Request(FieldNeed output)
    {
        var parts = Indexes.Select(i => (SearchExpression)new SearchComparison(EventFields.Index, ComparisonOperator.Equal, i)).ToList();
        return new SourceRequest(parts.Count switch { 0 => new SearchAll(), 1 => parts[0], _ => new SearchOr(parts) }, FieldNeed.Of(EventFields.Index), IsMetrics: false);
    }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Summarize ? ["count"] : ["count", EventFields.Index];

    public Operator Bind(BindContext context) => new EventcountOperator(this, context);

    public override string ToString() => $"eventcount{(Summarize ? "" : " summarize=false")}{string.Concat(Indexes.Select(i => $" index={Quote.SearchValue(i)}"))}";

    private static Eventcount Parse(CommandReader reader)
    {
        var indexes = new List<string>();
        var summarize = true;
        while (reader.TryOption(Spec.Options, out var option, out var value))
        {
            switch (option)
            {
                case "index": indexes.Add(value.Text); break;
                case "summarize": summarize = value.AsBoolean(); break;
                case "report_size" when value.AsBoolean(): throw value.Fail("the size of an index is not known", "leave report_size out");
                default: value.AsBoolean(); break;
            }
        }

        reader.RefuseUnknownOption("eventcount", Spec.Options);
        reader.ExpectEnd("eventcount");
        return new Eventcount(indexes, summarize) { Span = reader.Span };
    }
}

internal sealed class EventcountOperator(Eventcount command, BindContext context) : Operator
{
    private readonly int index = context.Slot(EventFields.Index);
    private readonly int count = context.Slot("count");

    public override RowStream Run(RowStream input) => new(new ColumnSet(false, command.Summarize ? ["count"] : ["count", EventFields.Index]), HeldRows.Deferred(() => Count(EventRows.Read(context.Planned!, context.Search))));

    private IEnumerable<Row> Count(IEnumerable<Row> rows)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        long all = 0;
        foreach (var row in rows)
        {
            all++;
            if (!command.Summarize)
            {
                counts[row[index].Text] = counts.GetValueOrDefault(row[index].Text) + 1;
            }
        }

        return command.Summarize
            ? [new Row(count + 1) { [count] = Value.Of(all) }]
            : counts.Select(c => new Row(Math.Max(count, index) + 1) { [count] = Value.Of(c.Value), [index] = Value.Of(c.Key) });
    }
}
