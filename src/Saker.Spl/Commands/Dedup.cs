using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>dedup</c>: the first rows of each combination of values. Rows that lack a field go, unless <c>keepempty</c>.</summary>
public sealed record Dedup(int Count, IReadOnlyList<string> Names, bool KeepEvents, bool KeepEmpty, bool Consecutive, IReadOnlyList<SortKey> SortBy) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "dedup",
        "dedup [<count>] <field>… [keepevents=<bool>] [keepempty=<bool>] [consecutive=<bool>] [sortby <sort-keys>]",
        "Keeps the first rows of each combination of values, in the order that sortby gives.",
        "dedup 2 user.username verb sortby -_time",
        Parse)
    { Options = ["keepevents", "keepempty", "consecutive"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(Names).With(SortBy.Select(k => k.Field));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new DedupOperator(this, context.Search);

    public override string ToString() =>
        "dedup" + (Count == 1 ? "" : $" {Count}") + " " + string.Join(", ", Names.Select(Quote.Field)) + (KeepEvents ? " keepevents=true" : "")
        + (KeepEmpty ? " keepempty=true" : "") + (Consecutive ? " consecutive=true" : "") + (SortBy.Count == 0 ? "" : " sortby " + string.Join(", ", SortBy));

    private static Dedup Parse(CommandReader reader)
    {
        var names = new List<string>();
        var (count, keepEvents, keepEmpty, consecutive) = (1, false, false, false);
        IReadOnlyList<SortKey> sortBy = [];
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "keepevents": keepEvents = value.AsBoolean(); break;
                    case "keepempty": keepEmpty = value.AsBoolean(); break;
                    default: consecutive = value.AsBoolean(); break;
                }
            }
            else if (reader.TryKeyword("sortby"))
            {
                sortBy = SortKey.ReadAll(reader);
            }
            else
            {
                reader.RefuseUnknownOption("dedup", Spec.Options);
                var start = reader.Position;
                var word = reader.ReadName();
                reader.TryTake(',');
                if (names.Count == 0 && int.TryParse(word, out var number))
                {
                    count = number > 0 ? number : throw reader.Fail("SPL0102", "expected a positive integer", SourceSpan.Between(start, start + word.Length));
                }
                else
                {
                    names.Add(word);
                }
            }
        }

        return names.Count > 0
            ? new Dedup(count, names, keepEvents, keepEmpty, consecutive, sortBy) { Span = reader.Span }
            : throw reader.Error("SPL0101", "expected a field name");
    }
}

internal sealed class DedupOperator(Dedup command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        // The order says which row of a combination is the first, so rows are sorted before any goes.
        var sorted = command.SortBy.Count > 0 ? new SortOperator(command.SortBy, 0, context).Run(input) : input;
        return sorted with { Rows = Keep(sorted.Rows) };
    }

    private IEnumerable<Row> Keep(IEnumerable<Row> rows)
    {
        var slots = command.Names.Select(context.Fields.Slot).ToArray();
        var seen = new Dictionary<GroupKey, int>();
        GroupKey? last = null;
        var repeats = 0;
        foreach (var row in rows)
        {
            if (Array.Exists(slots, s => row[s].IsNull))
            {
                if (command.KeepEmpty)
                {
                    yield return row;
                }

                continue;
            }

            var key = new GroupKey(Array.ConvertAll(slots, s => row[s].Detached));
            int before;
            if (command.Consecutive)
            {
                repeats = key.Equals(last) ? repeats + 1 : 0;
                last = key;
                before = repeats;
            }
            else
            {
                before = seen.GetValueOrDefault(key);
                if (before == 0)
                {
                    context.Memory.Take(key.Size + 48, "dedup");
                }

                seen[key] = before + 1;
            }

            if (before < command.Count)
            {
                yield return row;
            }
            else if (command.KeepEvents)
            {
                foreach (var slot in slots)
                {
                    row[slot] = Value.Null;
                }

                yield return row;
            }
        }
    }
}
