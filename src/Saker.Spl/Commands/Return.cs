using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>return</c>: some fields of the first rows as a search expression: <c>src</c> gives <c>src="x"</c>, <c>ip=src</c> <c>ip="x"</c>, <c>$src</c> the value alone.</summary>
public sealed record Return(int Count, IReadOnlyList<ReturnItem> Items) : ICommand
{
    public static CommandSpec Spec { get; } = new(
        "return", "return [<count>] <field>|<alias>=<field>|$<field>…", "Gives fields of the first rows to the outer search.", "search verb=delete | return 5 user=user.username", Parse)
    { Differences = ["A value that needs quotes to stand in a search gets them."] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.Of(Items.Select(i => i.Field));

    public Operator Bind(BindContext context) => new ReturnOperator(this, context.Search);

    public override string ToString() => "return" + (Count == 1 ? "" : $" {Count}") + " " + string.Join(' ', Items);

    private static Return Parse(CommandReader reader)
    {
        var count = 1;
        var items = new List<ReturnItem>();
        while (!reader.AtEnd)
        {
            var isValue = reader.TryTake('$');
            var start = reader.Position;
            var name = reader.ReadName();
            if (!isValue && items.Count == 0 && int.TryParse(name, out var number))
            {
                count = number > 0 ? number : throw reader.Fail("SPL0102", "expected a positive integer", SourceSpan.Between(start, reader.Position));
                continue;
            }

            items.Add(isValue ? new ReturnItem("", name) : reader.TryTake('=') ? new ReturnItem(name, reader.ReadName()) : new ReturnItem(name, name));
            reader.TryTake(',');
        }

        return items.Count > 0 ? new Return(count, items) { Span = reader.Span } : throw reader.Error("SPL0101", "expected a field name");
    }
}

/// <summary>One thing to return; without a name it is the value alone.</summary>
public sealed record ReturnItem(string Name, string Field)
{
    public bool IsValue => Name.Length == 0;

    public override string ToString() => IsValue ? "$" + Quote.Field(Field) : Name == Field ? Quote.Field(Field) : $"{Quote.Field(Name)}={Quote.Field(Field)}";
}

internal sealed class ReturnOperator(Return command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var evidence = default(EvidenceBuilder);
        var parts = new List<string>();
        foreach (var row in input.Rows.Take(command.Count))
        {
            evidence.Add(row.Evidence);
            var items = command.Items.Select(i => Text(i, row[context.Fields.Slot(i.Field)])).Where(t => t.Length > 0).ToList();
            if (items.Count > 0)
            {
                parts.Add($"({string.Join(' ', items)})");
            }
        }

        var text = parts.Count == 0 ? Format.Default.Empty : string.Join(" OR ", parts);
        var result = new Row { [context.Fields.Slot(FormatOperator.Column)] = Value.Of(text), Evidence = evidence.Build() };
        return new RowStream(new ColumnSet(false, [FormatOperator.Column]), [result]);
    }

    // Text that the search put into quotes itself stays as it is: eval s="\"" . user . "\"" | return $s.
    private static string Bare(string text) => text is ['"', .. var inside, '"'] && !inside.Contains('"') ? text : Quote.SearchValue(text);

    private static string Text(ReturnItem item, Value value)
    {
        var texts = value.Values.ToArray().Select(v => item.IsValue ? Bare(v.Text) : $"{Quote.Field(item.Name)}={Quote.Always(v.Text)}").ToList();
        return texts.Count > 1 ? $"({string.Join(" OR ", texts)})" : string.Concat(texts);
    }
}
