using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>top</c> and <c>rare</c>: the most or least frequent combinations of values, with their count and share.</summary>
public sealed record Top(bool IsRare, IReadOnlyList<string> Names, IReadOnlyList<string> By, TopOptions Options) : ICommand, IHasColumns
{
    private static readonly string[] OptionNames = ["limit", "countfield", "percentfield", "showcount", "showperc", "useother", "otherstr"];

    public static CommandSpec Spec { get; } = new(
        "top", "top [<count>] [limit=<count>] [countfield=<field>] [percentfield=<field>] [showcount=<bool>] [showperc=<bool>] [useother=<bool>] [otherstr=<text>] <field>… [BY <field>…]",
        "Gives the most frequent values with their count and share.", "top limit=5 user.username BY verb", reader => Parse(reader, isRare: false))
    { Options = OptionNames };

    public static CommandSpec RareSpec { get; } = new(
        "rare", "rare [<count>] [limit=<count>] [countfield=<field>] [percentfield=<field>] [showcount=<bool>] [showperc=<bool>] [useother=<bool>] [otherstr=<text>] <field>… [BY <field>…]",
        "Gives the least frequent values with their count and share.", "rare userAgent", reader => Parse(reader, isRare: true))
    { Options = OptionNames };

    CommandSpec ICommand.Spec => IsRare ? RareSpec : Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.Of(Names.Concat(By));

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => [.. By, .. Names, .. Options.Columns];

    public Operator Bind(BindContext context) => new TopOperator(this, context.Search);

    public override string ToString() => $"{(IsRare ? "rare" : "top")}{Options} {string.Join(", ", Names.Select(Quote.Field))}{(By.Count == 0 ? "" : " BY " + string.Join(", ", By.Select(Quote.Field)))}";

    private static Top Parse(CommandReader reader, bool isRare)
    {
        var command = isRare ? "rare" : "top";
        var options = new TopOptions();
        var (names, by) = (new List<string>(), new List<string>());
        var hasBy = false;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(OptionNames, out var option, out var value))
            {
                options = options.With(option, value);
                continue;
            }

            reader.RefuseUnknownOption(command, OptionNames);
            if (names.Count > 0 && !hasBy && reader.TryKeyword("by"))
            {
                hasBy = true;
                continue;
            }

            var name = reader.ReadName();
            if (names.Count == 0 && !hasBy && int.TryParse(name, out var count))
            {
                options = options with { Limit = count };
            }
            else
            {
                (hasBy ? by : names).Add(name);
            }

            reader.TryTake(',');
        }

        return names.Count == 0 || (hasBy && by.Count == 0)
            ? throw reader.Error("SPL0101", hasBy ? "expected a field name after BY" : "expected a field name")
            : new Top(isRare, names, by, options) { Span = reader.Span };
    }
}

/// <summary>The options of top and rare.</summary>
public sealed record TopOptions
{
    public int Limit { get; init; } = 10;

    public string CountField { get; init; } = "count";

    public string PercentField { get; init; } = "percent";

    public bool ShowCount { get; init; } = true;

    public bool ShowPercent { get; init; } = true;

    public bool UseOther { get; init; }

    public string Other { get; init; } = "OTHER";

    public IEnumerable<string> Columns => (ShowCount ? [CountField] : Array.Empty<string>()).Concat(ShowPercent ? [PercentField] : []);

    internal TopOptions With(string option, OptionValue value) => option switch
    {
        "limit" => this with { Limit = value.AsInteger() },
        "countfield" => this with { CountField = value.Text },
        "percentfield" => this with { PercentField = value.Text },
        "showcount" => this with { ShowCount = value.AsBoolean() },
        "showperc" => this with { ShowPercent = value.AsBoolean() },
        "useother" => this with { UseOther = value.AsBoolean() },
        _ => this with { Other = value.Text },
    };

    public override string ToString() =>
        (Limit == 10 ? "" : $" limit={Limit}") + (CountField == "count" ? "" : $" countfield={Quote.Field(CountField)}") + (PercentField == "percent" ? "" : $" percentfield={Quote.Field(PercentField)}")
        + (ShowCount ? "" : " showcount=false") + (ShowPercent ? "" : " showperc=false") + (UseOther ? " useother=true" : "") + (Other == "OTHER" ? "" : $" otherstr={Quote.SearchValue(Other)}");
}

internal sealed class TopOperator(Top command, SearchContext context) : Operator
{
    private readonly int[] names = [.. command.Names.Select(context.Fields.Slot)];
    private readonly int[] by = [.. command.By.Select(context.Fields.Slot)];
    private readonly int count = context.Fields.Slot(command.Options.CountField);
    private readonly int percent = context.Fields.Slot(command.Options.PercentField);

    private sealed class Tally
    {
        public long Count;
        public EvidenceBuilder Evidence;
    }

    public override RowStream Run(RowStream input)
    {
        return new RowStream(new ColumnSet(false, [.. command.By, .. command.Names, .. command.Options.Columns]), HeldRows.Deferred(() => Rank(input.Rows)));
    }

    private IEnumerable<Row> Rank(IEnumerable<Row> rows)
    {
        var groups = new SortedDictionary<GroupKey, Dictionary<GroupKey, Tally>>();
        foreach (var row in rows)
        {
            var keys = ByKeys.Of(row, names, repeated: true);
            foreach (var group in keys.Count == 0 ? [] : ByKeys.Of(row, by, repeated: true))
            {
                if (!groups.TryGetValue(group, out var tallies))
                {
                    groups[group] = tallies = [];
                    context.Memory.Take(group.Size + 200, "top");
                }

                foreach (var key in keys)
                {
                    if (!tallies.TryGetValue(key, out var tally))
                    {
                        tallies[key] = tally = new Tally();
                        context.Memory.Take(key.Size + 96, "top");
                    }

                    tally.Count++;
                    tally.Evidence.Add(row.Evidence);
                }
            }
        }

        return groups.SelectMany(g => RankGroup(g.Key, g.Value));
    }

    private IEnumerable<Row> RankGroup(GroupKey group, Dictionary<GroupKey, Tally> tallies)
    {
        var total = tallies.Values.Sum(t => t.Count);
        var sorted = (command.IsRare ? tallies.OrderBy(t => t.Value.Count) : tallies.OrderByDescending(t => t.Value.Count)).ThenBy(t => t.Key).ToList();
        var shown = command.Options.Limit == 0 ? sorted.Count : Math.Min(command.Options.Limit, sorted.Count);
        foreach (var (key, tally) in sorted[..shown])
        {
            yield return ToRow(group, key.Values, tally.Count, total, tally.Evidence.Build());
        }

        if (command.Options.UseOther && shown < sorted.Count)
        {
            var evidence = default(EvidenceBuilder);
            sorted[shown..].ForEach(t => evidence.Add(t.Value.Evidence.Build()));
            yield return ToRow(group, [.. names.Select(_ => Value.Of(command.Options.Other))], sorted[shown..].Sum(t => t.Value.Count), total, evidence.Build());
        }
    }

    private Row ToRow(GroupKey group, Value[] values, long number, long total, Evidence evidence)
    {
        var row = new Row(context.Fields.Count) { Evidence = evidence };
        for (var i = 0; i < by.Length; i++)
        {
            row[by[i]] = group.Values[i];
        }

        for (var i = 0; i < names.Length; i++)
        {
            row[names[i]] = values[i];
        }

        row[count] = command.Options.ShowCount ? Value.Of(number) : row[count];
        row[percent] = command.Options.ShowPercent ? Value.Of((100.0 * number / total).ToString("F6", System.Globalization.CultureInfo.InvariantCulture)) : row[percent];
        return row;
    }
}
