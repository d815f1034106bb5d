using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>outputlookup</c>: writes the rows to a lookup and lets them through.</summary>
public sealed record Outputlookup(LookupReference Reference, OutputlookupOptions Options) : ICommand, IUsesLookup, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "outputlookup",
        "outputlookup [append=<bool>] [create_empty=<bool>] [override_if_empty=<bool>] [max=<count>] [key_field=<field>] [allow_updates=<bool>] [createinapp=<bool>] <lookup>",
        "Writes rows to a lookup.",
        "stats avg(io) AS avg_io BY key | outputlookup io_baseline",
        Parse)
    { Options = OutputlookupOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    LookupReference IUsesLookup.Lookup => Reference;

    /// <summary>A file name makes a lookup that is not there; a name without an ending must be defined.</summary>
    public bool CreatesLookup => Reference.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new OutputlookupOperator(this, context.Search);

    public override string ToString() => $"outputlookup{Options} {Quote.SearchValue(Reference.Name)}";

    private static Outputlookup Parse(CommandReader reader)
    {
        var options = new OutputlookupOptions();
        LookupReference? reference = null;
        while (!reader.AtEnd)
        {
            if (!options.TryRead(reader))
            {
                reader.RefuseUnknownOption("outputlookup", OutputlookupOptions.Names);
                reference = reference is null ? LookupName.Read(reader) : throw reader.Error("SPL0105", "outputlookup takes one lookup");
            }
        }

        return reference is null ? throw reader.Error("SPL0101", "expected the lookup's name") : new Outputlookup(reference, options) { Span = reader.Span };
    }
}

/// <summary>The options of outputlookup.</summary>
public sealed class OutputlookupOptions
{
    public static readonly IReadOnlyList<string> Names = ["append", "create_empty", "override_if_empty", "max", "key_field", "allow_updates", "createinapp", "create_context", "output_format"];

    /// <summary>Whether rows that are there stay. A key field implies it.</summary>
    public bool Append { get; private set; }

    public bool CreateEmpty { get; private set; }

    public bool OverrideIfEmpty { get; private set; } = true;

    /// <summary>How many rows are written; 0 for all.</summary>
    public int Max { get; private set; }

    /// <summary>The field that holds each row's key: a row of that key is replaced.</summary>
    public string? KeyField { get; private set; }

    public override string ToString() =>
        (Append && KeyField is null ? " append=true" : "") + (CreateEmpty ? " create_empty=true" : "") + (OverrideIfEmpty ? "" : " override_if_empty=false")
        + (Max > 0 ? $" max={Max}" : "") + (KeyField is null ? "" : $" key_field={Quote.SearchValue(KeyField)}");

    internal bool TryRead(CommandReader reader)
    {
        if (!reader.TryOption(Names, out var name, out var value))
        {
            return false;
        }

        switch (name)
        {
            case "append": Append = value.AsBoolean(); break;
            case "create_empty": CreateEmpty = value.AsBoolean(); break;
            case "override_if_empty": OverrideIfEmpty = value.AsBoolean(); break;
            case "max": Max = value.AsInteger(); break;
            case "key_field": (KeyField, Append) = (value.Text, true); break;
            case "create_context" when value.Text is not ("app" or "user" or "system"): throw value.Fail("expected app, user or system");
            case "output_format" when value.Text is not ("splunk_sv_csv" or "splunk_mv_csv"): throw value.Fail("expected splunk_sv_csv or splunk_mv_csv");
            case "allow_updates" or "createinapp": value.AsBoolean(); break;
            default: break;
        }

        return true;
    }
}

internal sealed class OutputlookupOperator(Outputlookup command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var definition = context.Lookups?.Find(command.Reference.Name) ?? Made();
        var held = HeldRows.Hold(input.Rows, context, "outputlookup");
        var columns = input.Columns.NamesOf(held, context.Fields);
        if (held.Count > 0 || (command.Options.OverrideIfEmpty && !command.Options.Append))
        {
            context.Lookups!.Write(definition, Merge(definition, New(definition, held, columns)));
        }

        return new RowStream(input.Columns, HeldRows.Release(held, context));
    }

    private LookupDefinition Made() => command.CreatesLookup && context.Lookups is not null
        ? new LookupDefinition(command.Reference.Name)
        : throw new SplException(Lookup.Missing(command.Reference, context.Lookups));

    /// <summary>The rows as a table: all columns but internal ones. A key-value store takes fields that its definition does not name.</summary>
    private LookupTable New(LookupDefinition definition, List<Row> held, IReadOnlyList<string> columns)
    {
        var names = columns.Where(c => !c.StartsWith('_') || c is EventFields.Time or LookupKeys.KeyColumn).ToList();
        if (definition.IsKeyValue && !names.Contains(LookupKeys.KeyColumn))
        {
            names.Insert(0, LookupKeys.KeyColumn);
        }

        var slots = names.Select(context.Fields.Slot).ToArray();
        var key = command.Options.KeyField is { } field ? context.Fields.Slot(field) : -1;
        var keyColumn = names.IndexOf(LookupKeys.KeyColumn);
        var kept = command.Options.Max > 0 ? held.Take(command.Options.Max) : held;
        var rows = kept.Select(row =>
        {
            var values = Array.ConvertAll(slots, s => row[s].Detached);
            if (keyColumn >= 0)
            {
                values[keyColumn] = key >= 0 ? Value.Of(row[key].Text) : values[keyColumn].IsNull ? Value.Of(Guid.NewGuid().ToString("N")[..24]) : values[keyColumn];
            }

            return values;
        });
        return new LookupTable(names, [.. rows]);
    }

    private LookupTable Merge(LookupDefinition definition, LookupTable added)
    {
        if (!command.Options.Append || context.Lookups!.Find(definition.Name) is null)
        {
            return added;
        }

        var old = context.Lookups.Read(definition);
        var columns = old.Columns.Concat(added.Columns).Distinct().ToList();
        var rows = Widen(old, columns).ToList();
        var key = columns.IndexOf(LookupKeys.KeyColumn);
        var places = new Dictionary<string, int>();
        for (var i = 0; key >= 0 && i < rows.Count; i++)
        {
            places[rows[i][key].Text] = i;
        }

        foreach (var row in Widen(added, columns))
        {
            if (key >= 0 && places.TryGetValue(row[key].Text, out var place))
            {
                rows[place] = row;
            }
            else
            {
                rows.Add(row);
            }
        }

        return new LookupTable(columns, rows);
    }

    private static IEnumerable<Value[]> Widen(LookupTable table, List<string> columns)
    {
        var from = columns.Select(table.Column).ToArray();
        return table.Rows.Select(row => Array.ConvertAll(from, i => i < 0 ? Value.Null : row[i]));
    }
}
