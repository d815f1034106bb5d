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

/// <summary>A field of the rows and the one of the other search's rows that must be equal.</summary>
public readonly record struct JoinKey(string Left, string Right);

/// <summary>
/// <c>join</c>: adds the columns of another search's rows whose key fields are equal; without fields, all columns that both have.
/// <c>left</c> and <c>outer</c> are the same: rows without a partner stay. With aliases every column but internal ones gets its side's prefix.
/// </summary>
public sealed record Join(IReadOnlyList<JoinKey> Keys, Pipeline Inner, JoinOptions Options) : ICommand, IHoldsPipelines
{
    public static CommandSpec Spec { get; } = new(
        "join",
        "join [type=inner|outer|left] [max=<count>] [overwrite=<bool>] [usetime=<bool> earlier=<bool>] [<field>… | left=<alias> right=<alias> where <alias>.<field>=<alias>.<field>…] [<search>]",
        "Adds the columns of another search's rows with equal keys.",
        "stats count BY user | join type=left max=0 user [search verb=delete | stats count AS deletes BY user]",
        Parse)
    { TakesSubsearch = true, Options = JoinOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<Pipeline> Pipelines => [Inner];

    public FieldNeed NeedsOfPipelines(FieldNeed output) => Needs(output, Options.Right, Keys.Select(k => k.Right));

    public FieldNeed Needs(FieldNeed output) => Needs(output, Options.Left, Keys.Select(k => k.Left));

    public Operator Bind(BindContext context) => new JoinOperator(this, context);

    public override string ToString() => $"join{Options}" + Options.HasAliases switch
    {
        true => $" where {string.Join(' ', Keys.Select(k => $"{Quote.Field($"{Options.Left}.{k.Left}")}={Quote.Field($"{Options.Right}.{k.Right}")}"))}",
        _ => Keys.Count == 0 ? "" : " " + string.Join(", ", Keys.Select(k => Quote.Field(k.Left))),
    } + $" [{Inner}]";

    private FieldNeed Needs(FieldNeed output, string? alias, IEnumerable<string> keys)
    {
        if (Keys.Count == 0 || output.IsAll)
        {
            return FieldNeed.All;
        }

        var need = alias is null ? output : FieldNeed.Of(output.Names.Where(n => n.StartsWith(alias + ".", StringComparison.Ordinal)).Select(n => n[(alias.Length + 1)..]).Append(EventFields.Time));
        return (Options.UsesTime ? need.With(EventFields.Time) : need).With(keys);
    }

    private static Join Parse(CommandReader reader)
    {
        var options = new JoinOptions();
        var keys = new List<JoinKey>();
        Pipeline? inner = null;
        while (inner is null)
        {
            if (reader.AtEnd)
            {
                throw reader.Error("SPL0101", "expected a subsearch in [ ]");
            }

            if (reader.Peek() == '[')
            {
                inner = reader.ReadSubsearch();
            }
            else if (From.IsNext(reader))
            {
                inner = new Pipeline([From.ReadDataset(reader)]);
            }
            else if (options.HasAliases && reader.TryKeyword("where"))
            {
                ReadWhere(reader, options, keys);
            }
            else if (!options.TryRead(reader))
            {
                reader.RefuseUnknownOption("join", JoinOptions.Names);
                var name = reader.ReadName();
                keys.Add(new JoinKey(name, name));
            }

            reader.TryTake(',');
        }

        reader.ExpectEnd("join");
        if (options.HasAliases && keys.Count == 0)
        {
            throw reader.Fail("SPL0176", "left= and right= need where", reader.Span, $"write where {options.Left}.<field>={options.Right}.<field>");
        }

        return new Join(keys, inner, options) { Span = reader.Span };
    }

    private static void ReadWhere(CommandReader reader, JoinOptions options, List<JoinKey> keys)
    {
        while (reader.Peek() != '[' && !reader.AtEnd && !From.IsNext(reader))
        {
            var start = reader.Position;
            var first = reader.ReadName($"{options.Left}.<field>={options.Right}.<field>");
            reader.Expect('=', $"`=` between {options.Left}.<field> and {options.Right}.<field>");
            var second = reader.ReadName();
            reader.TryTake(',');
            reader.TryKeyword("and");
            var (left, right) = first.StartsWith(options.Left + ".", StringComparison.Ordinal) ? (first, second) : (second, first);
            keys.Add(left.StartsWith(options.Left + ".", StringComparison.Ordinal) && right.StartsWith(options.Right + ".", StringComparison.Ordinal)
                ? new JoinKey(left[(options.Left!.Length + 1)..], right[(options.Right!.Length + 1)..])
                : throw reader.Fail("SPL0176", $"join compares {options.Left}.<field> with {options.Right}.<field>", SourceSpan.Between(start, reader.Position)));
        }
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

    /// <summary>The prefix of the rows' own columns.</summary>
    public string? Left { get; private set; }

    /// <summary>The prefix of the other search's columns.</summary>
    public string? Right { get; private set; }

    public bool HasAliases => Left is not null && Right is not null;

    public override string ToString() =>
        (Type == JoinType.Left ? " type=left" : "") + (Max == 1 ? "" : $" max={Max}") + (Overwrites ? "" : " overwrite=false") + (UsesTime ? $" usetime=true earlier={(Earlier ? "true" : "false")}" : "")
        + (HasAliases ? $" left={Quote.SearchValue(Left!)} right={Quote.SearchValue(Right!)}" : "");

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
            case "left": Left = value.Text; break;
            default: Right = value.Text; break;
        }

        return true;
    }
}

internal sealed class JoinOperator(Join command, BindContext context) : Operator
{
    private readonly SearchContext search = context.Search;

    public override RowStream Run(RowStream input)
    {
        var right = HeldRows.Hold(Subsearch.Rows(context.Inner[0], search, SubsearchBounds.Default, "join", out var told), search, "join");
        var rightColumns = told.NamesOf(right, search.Fields);
        var keys = command.Keys;
        var rows = input.Rows;
        if (keys.Count == 0)
        {
            var held = HeldRows.Hold(rows, search, "join");
            keys = [.. input.Columns.NamesOf(held, search.Fields).Intersect(rightColumns).Where(c => !c.StartsWith('_')).Select(c => new JoinKey(c, c))];
            rows = HeldRows.Release(held, search);
        }

        var index = Index(right, Slots(keys.Select(k => k.Right)));
        if (!command.Options.HasAliases)
        {
            var added = rightColumns.Except(keys.Select(k => k.Right)).Select(search.Fields.Slot).ToArray();
            return new RowStream(input.Columns.With(rightColumns), Match(rows, index, Slots(keys.Select(k => k.Left)), (row, partner) => Merge(row, partner, added)));
        }

        var columns = new ColumnSet(input.Columns.IsOpen, input.Columns.Names.Select(n => Prefixed(command.Options.Left!, n)).Concat(rightColumns.Select(n => Prefixed(command.Options.Right!, n))));
        return new RowStream(columns, Match(rows, index, Slots(keys.Select(k => k.Left)), Beside));
    }

    private static string Prefixed(string alias, string name) => name.StartsWith('_') ? name : $"{alias}.{name}";

    private int[] Slots(IEnumerable<string> names) => [.. names.Select(search.Fields.Slot)];

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

    private IEnumerable<Row> Match(IEnumerable<Row> rows, Dictionary<GroupKey, List<Row>> index, int[] slots, Func<Row, Row?, Row> merge)
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
                yield return merge(row.Clone(), partner);
            }

            if (!matched && command.Options.Type == JoinType.Left)
            {
                yield return merge(row, null);
            }
        }
    }

    /// <summary>The partners at the same time or before it (or after it), the nearest first.</summary>
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

    private Row Merge(Row row, Row? partner, int[] added)
    {
        if (partner is null)
        {
            return row;
        }

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

    /// <summary>Both rows' columns, each with its side's prefix; internal ones are the left row's.</summary>
    private Row Beside(Row row, Row? partner)
    {
        var result = new Row { Evidence = partner is null ? row.Evidence : row.Evidence.Union(partner.Evidence) };
        foreach (var (side, alias) in ((Row?, string)[])[(partner, command.Options.Right!), (row, command.Options.Left!)])
        {
            for (var slot = 0; side is not null && slot < Math.Min(side.Width, search.Fields.Count); slot++)
            {
                if (!side[slot].IsNull)
                {
                    result[search.Fields.Slot(Prefixed(alias, search.Fields.Name(slot)))] = side[slot];
                }
            }
        }

        return result;
    }
}
