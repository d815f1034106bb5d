using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

public enum JoinType
{
    Inner,
    Left,
}

/// <summary>
/// <c>join</c>: adds the columns of another search's rows whose key fields are equal; without fields, all columns that both have.
/// <c>left</c> and <c>outer</c> are the same: rows without a partner stay.
/// </summary>
public sealed record Join(IReadOnlyList<string> Keys, Pipeline Inner, JoinOptions Options) : ICommand, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "join",
        "join [type=inner|outer|left] [max=<count>] [overwrite=<bool>] [usetime=<bool> earlier=<bool>] [<field>…] [<search>]",
        "Adds the columns of another search's rows with equal keys.",
        "stats count BY user | join type=left max=0 user [search verb=delete | stats count AS deletes BY user]",
        Parse) { TakesSubsearch = true, Options = JoinOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => Keys.Count == 0 ? FieldNeed.All : WithTime(output.With(Keys));

    public FieldNeed Needs(FieldNeed output) => Keys.Count == 0 ? FieldNeed.All : WithTime(output.With(Keys));

    public Operator Bind(BindContext context) => new JoinOperator(this, context);

    public override string ToString() => $"join{Options}" + (Keys.Count == 0 ? "" : " " + string.Join(", ", Keys.Select(Quote.Field))) + $" [{Inner}]";

    private FieldNeed WithTime(FieldNeed need) => Options.UsesTime ? need.With(EventFields.Time) : need;

    private static Join Parse(CommandReader reader)
    {
        var options = new JoinOptions();
        var keys = new List<string>();
        while (reader.Peek() != '[')
        {
            if (reader.AtEnd)
            {
                throw reader.Error("SPL0101", "expected a subsearch in [ ]");
            }

            if (!options.TryRead(reader))
            {
                reader.RefuseUnknownOption("join", JoinOptions.Names);
                keys.Add(reader.ReadName());
            }

            reader.TryTake(',');
        }

        var inner = reader.ReadSubsearch();
        reader.ExpectEnd("join");
        return new Join(keys, inner, options) { Span = reader.Span };
    }
}

/// <summary>The options of join; they may stand before and after the fields.</summary>
public sealed class JoinOptions
{
    public static readonly IReadOnlyList<string> Names = ["type", "max", "overwrite", "usetime", "earlier", "left", "right"];

    public JoinType Type { get; private set; }

    /// <summary>How many partners a row may have; 0 for all.</summary>
    public int Max { get; private set; } = 1;

    public bool Overwrites { get; private set; } = true;

    public bool UsesTime { get; private set; }

    public bool Earlier { get; private set; } = true;

    public override string ToString() =>
        (Type == JoinType.Left ? " type=left" : "") + (Max == 1 ? "" : $" max={Max}") + (Overwrites ? "" : " overwrite=false") + (UsesTime ? $" usetime=true earlier={(Earlier ? "true" : "false")}" : "");

    internal bool TryRead(CommandReader reader)
    {
        if (!reader.TryOption(Names, out var name, out var value))
        {
            return false;
        }

        switch (name)
        {
            case "type":
                Type = value.Text.ToLowerInvariant() switch
                {
                    "inner" => JoinType.Inner,
                    "left" or "outer" => JoinType.Left,
                    _ => throw value.Fail($"join has no type `{value.Text}`", "its types are inner, left and outer"),
                };
                break;
            case "max": Max = value.AsInteger(); break;
            case "overwrite": Overwrites = value.AsBoolean(); break;
            case "usetime": UsesTime = value.AsBoolean(); break;
            case "earlier": Earlier = value.AsBoolean(); break;
            default: throw value.Fail($"join: {name}= is not supported", "rename the fields on one side to the same name, then join by that name");
        }

        return true;
    }
}

internal sealed class JoinOperator(Join command, BindContext context) : Operator
{
    private readonly SearchContext search = context.Search;

    public override RowStream Run(RowStream input)
    {
        var right = HeldRows.Hold(Subsearch.Rows(context.Inner[0], search, SubsearchOptions.DefaultMaxOut, "join", out var told), search, "join");
        var rightColumns = HeldRows.Columns(told, right, search.Fields);
        var keys = command.Keys;
        var rows = input.Rows;
        if (keys.Count == 0)
        {
            var held = HeldRows.Hold(rows, search, "join");
            keys = [.. HeldRows.Columns(input.Columns, held, search.Fields).Intersect(rightColumns).Where(c => !c.StartsWith('_'))];
            rows = held;
        }

        var slots = keys.Select(search.Fields.Slot).ToArray();
        var added = rightColumns.Except(keys).Select(search.Fields.Slot).ToArray();
        return new RowStream(input.Columns.With(rightColumns), Match(rows, Index(right, slots), slots, added));
    }

    private static Dictionary<GroupKey, List<Row>> Index(List<Row> rows, int[] slots)
    {
        var index = new Dictionary<GroupKey, List<Row>>();
        foreach (var row in rows)
        {
            if (Key(row, slots) is { } key)
            {
                (index.TryGetValue(key, out var same) ? same : index[key] = []).Add(row);
            }
        }

        return index;
    }

    private static GroupKey? Key(Row row, int[] slots) => Array.Exists(slots, s => row[s].IsNull) ? null : new GroupKey(Array.ConvertAll(slots, s => row[s].Detached));

    private IEnumerable<Row> Match(IEnumerable<Row> rows, Dictionary<GroupKey, List<Row>> index, int[] slots, int[] added)
    {
        foreach (var row in rows)
        {
            IEnumerable<Row> partners = Key(row, slots) is { } key && index.TryGetValue(key, out var same) ? same : [];
            if (command.Options.UsesTime)
            {
                partners = InTime(row, partners);
            }

            var matched = false;
            foreach (var partner in command.Options.Max > 0 ? partners.Take(command.Options.Max) : partners)
            {
                matched = true;
                yield return Merge(row.Clone(), partner, added);
            }

            if (!matched && command.Options.Type == JoinType.Left)
            {
                yield return row;
            }
        }
    }

    private IEnumerable<Row> InTime(Row row, IEnumerable<Row> partners)
    {
        var time = context.Slot(EventFields.Time);
        if (!row[time].TryGetNumber(out var at))
        {
            return [];
        }

        var near = partners.Where(p => p[time].TryGetNumber(out var other) && (command.Options.Earlier ? other <= at : other >= at));
        return near.OrderBy(p => Math.Abs(p[time].TryGetNumber(out var other) ? other - at : double.MaxValue));
    }

    private Row Merge(Row row, Row partner, int[] added)
    {
        foreach (var slot in added)
        {
            if (!partner[slot].IsNull && (command.Options.Overwrites || row[slot].IsNull))
            {
                row[slot] = partner[slot];
            }
        }

        row.Evidence = row.Evidence.Union(partner.Evidence);
        return row;
    }
}
