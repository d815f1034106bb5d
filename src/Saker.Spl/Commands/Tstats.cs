using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>tstats</c>: aggregates over fields of events or, with <c>FROM datamodel=</c>, of a data model. Rows that lack a by-field are dropped
/// unless <c>fillnull_value</c> is given. All events are read: there are no summaries to be only of.
/// </summary>
public sealed record Tstats(IReadOnlyList<AggregateCall> Calls, DatasetReference? From, SearchExpression Filter, IReadOnlyList<string> By, TstatsOptions Options)
    : ICommand, IGenerates, IGrowsOnly, IHoldsPipelines, IHasColumns
{
    internal const string NodeName = "nodename";

    public static CommandSpec Spec { get; } = new(
        "tstats",
        "tstats [summariesonly=<bool>] [prestats=<bool>] [append=<bool>] [fillnull_value=<text>] <aggregate>… [FROM datamodel=<model>[.<dataset>]] [WHERE <filter>] [BY <field>|PREFIX(<text>)… [span=<span>]]",
        "Aggregates fields of events or of a data model.",
        "| tstats count min(_time) AS firstTime FROM datamodel=Endpoint.Processes WHERE Processes.process_name=kubectl BY Processes.dest, Processes.user",
        Parse)
    { Options = TstatsOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    /// <summary>Of the names in BY and in aggregates those that are prefixes of terms: <c>kbps=</c>.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    public bool MustBeFirst => !Options.Append;

    public IEnumerable<Pipeline> Pipelines => Filter.Pipelines();

    /// <summary>The names that it reads, with the data set's prefix.</summary>
    internal IEnumerable<string> Names => Filter.FieldsRead().Concat(By).Concat(Calls.SelectMany(c => c.FieldsRead)).Append(EventFields.Time).Distinct();

    /// <summary>What events must fulfil: the data set's constraint, and as much of the filter as can be asked of them.</summary>
    internal SearchExpression Predicate => From is null ? Filter : Restricted().And(DatasetRows.Push(Filter, From.Model));

    public SourceRequest Request(FieldNeed output)
    {
        var raw = From is null ? Names.Select(n => Prefixes.Contains(n) ? EventFields.Raw : n) : Names.SelectMany(n => n == NodeName ? [] : From.Model.FindField(n) is { } field ? field.FieldsRead : [n]);
        return new SourceRequest(Predicate, FieldNeed.Of(raw.Concat(Predicate.FieldsRead()).Where(n => n != NodeName)), IsMetrics: false) { Times = [.. Filter.Conjuncts().OfType<SearchTime>()] };
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Options.Prestats || Options.Append ? null : By.Concat(Calls.Select(c => c.Column));

    public FieldNeed Needs(FieldNeed output) => Options.Append ? output : FieldNeed.None;

    public Operator Bind(BindContext context) => new TstatsOperator(this with { Filter = Subsearch.Resolve(Filter, context.Inner, context.Search) }, context);

    public string? WhyNot(GrowthState state)
    {
        if (Filter.Subexpressions().OfType<SearchTime>().Any() || Pipelines.Any())
        {
            return Pipelines.Any() ? "its WHERE has a subsearch" : "its WHERE has times of its own";
        }

        if (Options.Prestats || Options.Append)
        {
            return "it gives rows for another aggregate";
        }

        state.Aggregated = true;
        foreach (var call in Calls)
        {
            (call.Aggregate.Growth == Aggregates.Growth.Rises ? state.Rising : state.Changing).Add(call.Column);
        }

        return By.Count == 0 ? "without BY there is one row from the start, even with nothing found" : null;
    }

    public override string ToString() =>
        "tstats" + Options.Text + " " + string.Join(", ", Calls) + (From is null ? "" : $" FROM datamodel={From}") + (Filter is SearchAll ? "" : $" WHERE {Filter}")
        + (By.Count == 0 ? "" : " BY " + string.Join(", ", By.Select(n => Prefixes.Contains(n) ? Prefix(n) : Quote.Field(n)))) + (Options.Span is { } span ? $" span={span}" : "");

    /// <summary>A prefix of terms as it stands in a search.</summary>
    internal static string Prefix(string text) => $"PREFIX({text})";

    // nodename=All_Changes.Account_Management narrows the model to that data set.
    private SearchExpression Restricted()
    {
        var node = Filter.Conjuncts().OfType<SearchComparison>().FirstOrDefault(c => c.Field == NodeName && c.Operator == ComparisonOperator.Equal);
        if (node is not null && From!.Model.Find(node.Value.Split('.')[^1]) is { } dataset)
        {
            return dataset.FullConstraint(From.Model);
        }

        // Of a model with several roots, those that the fields belong to.
        var roots = Names.Where(n => n.Contains('.')).Select(n => From!.Model.Find(n[..n.IndexOf('.')])).OfType<Dataset>().Distinct().ToList();
        return From!.Dataset is null && roots.Count > 0 ? roots.Count == 1 ? roots[0].Constraint : new SearchOr([.. roots.Select(r => r.Constraint)]) : From.Constraint;
    }

    private static Tstats Parse(CommandReader reader)
    {
        var options = new TstatsOptions();
        var calls = ReadCalls(reader, options);
        if (calls.Count == 0)
        {
            throw reader.Error("SPL0152", "tstats needs an aggregate such as count or values(Processes.process)");
        }

        if (calls.FirstOrDefault(c => c.Expression is not null || c.IsWildcard) is { } wrong)
        {
            throw reader.Fail("SPL0154", $"tstats cannot aggregate {(wrong.IsWildcard ? "a pattern of fields" : "an eval")}", wrong.Span, "name the field in tstats, then use eval and stats");
        }

        var from = reader.TryKeyword("from") ? ReadSource(reader) : null;
        SearchExpression filter = reader.TryKeyword("where") ? new SearchParser(reader).Parse("by", "groupby") : new SearchAll();
        from ??= reader.TryKeyword("from") ? ReadSource(reader) : null;
        CheckNodes(reader, from, filter);
        var (by, prefixes) = (new List<string>(), new List<string>());
        while (!reader.AtEnd)
        {
            if (options.TryRead(reader))
            {
                continue;
            }

            if (!reader.TryKeyword("by") && !reader.TryKeyword("groupby"))
            {
                throw reader.Error("SPL0105", "expected FROM datamodel=, WHERE, BY or the end of tstats");
            }

            ReadBy(reader, options, by, prefixes);
        }

        prefixes.AddRange(calls.Where(c => c.IsPrefix).Select(c => c.Field!));
        return from is not null && prefixes.Count > 0
            ? throw reader.Fail("SPL0166", "PREFIX() reads raw text, which a data model has not", reader.Span, $"name a field of {from.Model.Name}, or leave FROM out")
            : new Tstats(calls, from, filter, by, options) { Span = reader.Span, Prefixes = [.. prefixes.Distinct()] };
    }

    /// <summary>The aggregates; options may stand before and between them.</summary>
    private static List<AggregateCall> ReadCalls(CommandReader reader, TstatsOptions options)
    {
        var calls = new List<AggregateCall>();
        while (!reader.AtEnd && !reader.NextIs("from") && !reader.NextIs("where") && !reader.NextIs("by") && !reader.NextIs("groupby"))
        {
            if (!options.TryRead(reader))
            {
                reader.RefuseUnknownOption("tstats", TstatsOptions.Names);
                calls.Add(AggregateCall.Read(reader, () => TryPrefix(reader)));
            }

            reader.TryTake(',');
        }

        return calls;
    }

    private static void ReadBy(CommandReader reader, TstatsOptions options, List<string> by, List<string> prefixes)
    {
        while (!reader.AtEnd)
        {
            if (!options.TryRead(reader))
            {
                reader.RefuseUnknownOption("tstats", TstatsOptions.Names);
                if (TryPrefix(reader) is { } prefix)
                {
                    by.Add(prefix);
                    prefixes.Add(prefix);
                }
                else
                {
                    by.Add(reader.ReadName());
                }
            }

            reader.TryTake(',');
        }
    }

    /// <summary>The text of <c>PREFIX(text)</c> if that comes next.</summary>
    private static string? TryPrefix(CommandReader reader)
    {
        var before = reader.Position;
        if (!reader.TryKeyword("prefix") || !reader.TryTake('('))
        {
            // A field may be called so.
            reader.Seek(before);
            return null;
        }

        var start = reader.Position;
        var text = reader.ReadValue();
        reader.Expect(')', "a closing parenthesis");
        return PrefixedTerms.WhyNot(text) is { } mistake
            ? throw reader.Fail("SPL0166", $"tstats: PREFIX({text}): {mistake}", SourceSpan.Between(start, reader.Position - 1), text.Any(char.IsUpper) ? $"write PREFIX({text.ToLowerInvariant()}); it matches in any case" : "write PREFIX(user=) for user=ann")
            : text;
    }

    private static DatasetReference ReadSource(CommandReader reader)
    {
        if (!reader.TryKeyword("datamodel"))
        {
            throw reader.Error("SPL0167", "tstats reads FROM datamodel=<model>.<dataset>", "summaries of tscollect and jobs (sid=) are not kept");
        }

        reader.Expect('=', "`=` after datamodel");
        return DatasetReference.Read(reader);
    }

    private static void CheckNodes(CommandReader reader, DatasetReference? from, SearchExpression filter)
    {
        foreach (var node in filter.Subexpressions().OfType<SearchComparison>().Where(c => c.Field == NodeName && from is not null))
        {
            DatasetReference.FindDataset(reader, from!.Model, node.Value.Split('.')[^1], node.Span);
        }
    }
}

/// <summary>The options of tstats. Those about summaries change nothing here: every event counts.</summary>
public sealed class TstatsOptions
{
    public static readonly IReadOnlyList<string> Names =
    [
        "prestats", "local", "append", "summariesonly", "include_reduced_buckets", "allow_old_summaries", "chunk_size", "fillnull_value", "use_summary_index_values", "span",
    ];

    public bool Prestats { get; private set; }

    public bool Append { get; private set; }

    public string? FillNull { get; private set; }

    public TimeSpanText? Span { get; private set; }

    internal string Text => (Prestats ? " prestats=true" : "") + (Append ? " append=true" : "") + (FillNull is null ? "" : $" fillnull_value={Quote.SearchValue(FillNull)}");

    internal bool TryRead(CommandReader reader)
    {
        if (!reader.TryOption(Names, out var name, out var value))
        {
            return false;
        }

        switch (name)
        {
            case "prestats": Prestats = value.AsBoolean(); break;
            case "append": Append = value.AsBoolean(); break;
            case "fillnull_value": FillNull = value.Text; break;
            case "span": Span = value.Text.Equals("auto", StringComparison.OrdinalIgnoreCase) ? null : value.AsSpan(); break;
            case "chunk_size": value.AsInteger(); break;
            default: value.AsBoolean(); break;
        }

        return true;
    }
}

internal sealed class TstatsOperator(Tstats command, BindContext bind) : Operator
{
    private readonly SearchContext context = bind.Search;

    public override RowStream Run(RowStream input)
    {
        var columns = new ColumnSet(false, command.Options.Prestats ? command.Names.Where(n => n != Tstats.NodeName) : [.. command.By, .. command.Calls.Select(c => c.Column)]);
        var rows = command.Options.Prestats
            ? Events().Where(HasBy())
            : new Grouping(command.Calls, command.By, context, "tstats") { AlwaysOneRow = command.By.Count == 0 }.Run(Events());
        return command.Options.Append ? new RowStream(input.Columns.Union(columns), input.Rows.Concat(rows)) : new RowStream(columns, rows);
    }

    private Func<Row, bool> HasBy()
    {
        var slots = command.By.Select(context.Fields.Slot).ToArray();
        return row => Array.TrueForAll(slots, s => !row[s].IsNull);
    }

    private IEnumerable<Row> Events()
    {
        var request = command.Request(FieldNeed.All) with { PlannedAs = bind.Planned?.PlannedAs ?? bind.Planned };
        var columns = command.From is null ? null : new DatasetRows(command.From.Model, command.Names, context);
        var filter = command.From is null ? null : SearchPredicate.Compile(DatasetFilter(command.Filter), context.Fields);
        var by = command.By.Select(context.Fields.Slot).ToArray();
        var prefixes = command.Prefixes.Select(p => (Slot: context.Fields.Slot(p), Text: p)).ToArray();
        var raw = context.Fields.Slot(EventFields.Raw);
        var time = context.Fields.Slot(EventFields.Time);
        foreach (var row in AggregateCall.WhyOrdered(command.Calls) is null && !command.Options.Prestats ? EventRows.Read(request, context) : EventRows.ReadNewestFirst(request, context))
        {
            columns?.Fill(row);
            if (filter is not null && !filter(row))
            {
                continue;
            }

            foreach (var prefix in prefixes)
            {
                row[prefix.Slot] = PrefixedTerms.Find(row[raw].Text, prefix.Text);
            }

            foreach (var slot in by)
            {
                row[slot] = row[slot].IsNull && command.Options.FillNull is { } filler ? Value.Of(filler) : row[slot];
            }

            if (command.Options.Span is { } span && row[time].TryGetNumber(out var at))
            {
                row[time] = Value.Of(TimeBuckets.Start(at, span, context.Zone));
            }

            yield return row;
        }
    }

    /// <summary>The filter with <c>nodename=</c> as the constraint of the data set that it names.</summary>
    private SearchExpression DatasetFilter(SearchExpression filter) => filter switch
    {
        SearchAnd and => and with { Parts = [.. and.Parts.SelectMany(p => DatasetFilter(p).Conjuncts())] },
        SearchOr or => or with { Parts = [.. or.Parts.Select(DatasetFilter)] },
        SearchNot not => not with { Inner = DatasetFilter(not.Inner) },
        SearchComparison { Field: Tstats.NodeName } node => Node(node),
        _ => filter,
    };

    private SearchExpression Node(SearchComparison node)
    {
        var constraint = command.From!.Model.Find(node.Value.Split('.')[^1])!.FullConstraint(command.From.Model);
        return node.Operator == ComparisonOperator.NotEqual ? new SearchNot(constraint) : constraint;
    }
}
