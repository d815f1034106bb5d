using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>A field of the lookup and what it is called in the rows.</summary>
public sealed record LookupField(string Column, string Field)
{
    public override string ToString() => Column == Field ? Quote.Field(Column) : $"{Quote.Field(Column)} AS {Quote.Field(Field)}";
}

public enum LookupOutput
{
    /// <summary>No OUTPUT clause: every column that is no key.</summary>
    All,

    /// <summary>OUTPUT: takes the place of what the row has.</summary>
    Replace,

    /// <summary>OUTPUTNEW: only where the row has none of the fields.</summary>
    New,
}

/// <summary>
/// <c>lookup</c>: adds columns of the lookup's rows whose keys match. Several matches make multivalues. OUTPUT replaces the fields that it names,
/// also where nothing matches; OUTPUTNEW leaves rows alone that have one of them. A row that lacks a key stays as it is.
/// </summary>
public sealed record Lookup(LookupReference Reference, IReadOnlyList<LookupField> Keys, LookupOutput Output, IReadOnlyList<LookupField> Outputs)
    : ICommand, IRowWise, IGrowsOnly, IUsesLookup, IHasColumns
{
    private static readonly string[] OptionNames = ["local", "update", "event_time_field"];

    public static CommandSpec Spec { get; } = new(
        "lookup",
        "lookup [local=<bool>] [update=<bool>] [event_time_field=<field>] <lookup> <lookup-field> [AS <field>]… [OUTPUT|OUTPUTNEW <lookup-field> [AS <field>]…]",
        "Adds fields from a lookup table.",
        "lookup known_images image AS objectRef.name OUTPUT owner, is_allowed AS allowed",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    LookupReference IUsesLookup.Lookup => Reference;

    public bool CreatesLookup => false;

    /// <summary>The field that holds the row's time, for lookups by time.</summary>
    public string TimeField { get; init; } = EventFields.Time;

    public FieldNeed Needs(FieldNeed output) =>
        (Output == LookupOutput.Replace ? output.Without(Outputs.Select(o => o.Field)) : output).With(Keys.Select(k => k.Field)).With(TimeField);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Output == LookupOutput.All ? null : input?.Union(Outputs.Select(o => o.Field));

    public Operator Bind(BindContext context) => new LookupOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        // Whether it is a lookup by time is known when it runs, so its time counts as a key.
        var keys = Keys.Select(k => k.Field).Append(TimeField).ToList();
        if (Output != LookupOutput.Replace && !keys.All(state.IsFixed))
        {
            return GrowthRules.Changes(keys.First(k => !state.IsFixed(k)));
        }

        foreach (var output in Outputs)
        {
            state.Assign(output.Field, keys);
        }

        return null;
    }

    public override string ToString() =>
        "lookup " + (TimeField == EventFields.Time ? "" : $"event_time_field={Quote.Field(TimeField)} ") + $"{Quote.SearchValue(Reference.Name)} {string.Join(", ", Keys)}" + Output switch
        {
            LookupOutput.Replace => " OUTPUT ",
            LookupOutput.New => " OUTPUTNEW ",
            _ => "",
        } + string.Join(", ", Outputs);

    /// <summary>The mistake of a name that there is no lookup for, with the nearest that there is.</summary>
    internal static Diagnostic Missing(LookupReference reference, ILookups? lookups) => reference.Missing with
    {
        Hint = lookups is null ? "no lookups were loaded: give a content directory"
            : Suggestion.Nearest(reference.Name, lookups.Names) is { } near ? $"did you mean `{near}`?" : "define it in lookups/*.yml of a content directory",
    };

    /// <summary>The mistake of a column that the lookup has not, where that can be told: a key-value store has no fixed columns, and what is empty may be filled later.</summary>
    internal Diagnostic? MissingColumn(LookupDefinition definition, LookupTable table)
    {
        var columns = table.Columns.Concat(definition.Fields).Distinct().ToList();
        var asked = Keys.Concat(Outputs).Select(f => f.Column);
        if (definition.IsKeyValue || columns.Count == 0 || (definition.Time is null ? asked : asked.Append(definition.Time.Field)).FirstOrDefault(c => !columns.Contains(c)) is not { } missing)
        {
            return null;
        }

        return Reference.Missing with
        {
            Code = "SPL0171",
            Message = $"the lookup `{definition.Name}` has no field `{missing}`",
            Hint = Suggestion.Nearest(missing, columns) is { } near ? $"did you mean `{near}`?" : $"its fields are {string.Join(", ", columns)}",
        };
    }

    internal static LookupDefinition Find(LookupReference reference, SearchContext context) =>
        context.Lookups?.Find(reference.Name) ?? throw new SplException(Missing(reference, context.Lookups));

    private static Lookup Parse(CommandReader reader)
    {
        var time = EventFields.Time;
        while (reader.TryOption(OptionNames, out var name, out var value))
        {
            if (name == "event_time_field")
            {
                time = value.Text.Length > 0 ? value.Text : throw value.Fail("expected a field name");
                continue;
            }

            value.AsBoolean();
        }

        reader.RefuseUnknownOption("lookup", OptionNames);
        var reference = LookupName.Read(reader);
        var keys = ReadFields(reader);
        if (keys.Count == 0)
        {
            throw reader.Error("SPL0101", "expected the lookup's field to match", $"write lookup {reference.Name} <lookup-field> AS <field>");
        }

        var output = reader.TryKeyword("outputnew") ? LookupOutput.New : reader.TryKeyword("output") ? LookupOutput.Replace : LookupOutput.All;
        var outputs = output == LookupOutput.All ? [] : ReadFields(reader);
        if (output != LookupOutput.All && outputs.Count == 0)
        {
            throw reader.Error("SPL0101", "expected a field of the lookup after OUTPUT");
        }

        reader.ExpectEnd("lookup");
        return new Lookup(reference, keys, output, outputs) { Span = reader.Span, TimeField = time };
    }

    private static List<LookupField> ReadFields(CommandReader reader)
    {
        var fields = new List<LookupField>();
        while (!reader.AtEnd && !reader.NextIs("output") && !reader.NextIs("outputnew"))
        {
            var column = reader.ReadName("a field of the lookup");
            fields.Add(new LookupField(column, reader.TryKeyword("as") ? reader.ReadName("the field's name in the rows") : column));
            reader.TryTake(',');
        }

        return fields;
    }
}

/// <summary>A lookup's name in a search.</summary>
internal static class LookupName
{
    public static LookupReference Read(CommandReader reader)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var name = reader.ReadName("the lookup's name");
        return new LookupReference(name) { Missing = reader.Source.Diagnose("SPL0170", $"there is no lookup `{name}`", SourceSpan.Between(start, reader.Position)) };
    }
}

internal sealed class LookupOperator(Lookup command, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var definition = Lookup.Find(command.Reference, context);
        var table = context.Lookups!.Read(definition);
        var columns = table.Columns.Concat(definition.Fields).Distinct().ToList();
        if (command.MissingColumn(definition, table) is { } mistake)
        {
            throw new SplException(mistake);
        }

        if (definition.IsKeyValue && command.Keys.Concat(command.Outputs).FirstOrDefault(f => !columns.Contains(f.Column)) is { } missing)
        {
            // A key-value store has no fixed fields: the search that fills it may not have run yet.
            context.Warn($"lookup: no row of `{definition.Name}` has a field `{missing.Column}`");
        }

        var keys = command.Keys.Select(k => k.Column).ToHashSet();
        IReadOnlyList<LookupField> outputs = command.Output == LookupOutput.All
            ? [.. columns.Where(c => !keys.Contains(c) && c != LookupKeys.KeyColumn).Select(c => new LookupField(c, c))]
            : command.Outputs;
        return new RowStream(input.Columns.With(outputs.Select(o => o.Field)), Match(input.Rows, new LookupMatcher(definition, table, [.. command.Keys.Select(k => k.Column)], context), outputs));
    }

    private IEnumerable<Row> Match(IEnumerable<Row> rows, LookupMatcher matcher, IReadOnlyList<LookupField> outputs)
    {
        var keys = command.Keys.Select(k => context.Fields.Slot(k.Field)).ToArray();
        var targets = outputs.Select(o => (context.Fields.Slot(o.Field), o.Column)).ToArray();
        var time = context.Fields.Slot(command.TimeField);
        var values = new Value[keys.Length];
        foreach (var row in rows)
        {
            if (command.Output != LookupOutput.New || Array.TrueForAll(targets, t => row[t.Item1].IsNull))
            {
                var isAsked = true;
                for (var i = 0; i < keys.Length; i++)
                {
                    values[i] = row[keys[i]];
                    isAsked &= !values[i].IsNull;
                }

                if (!isAsked)
                {
                    yield return row;
                    continue;
                }

                var matches = matcher.Find(values, row[time].TryGetNumber(out var at) ? at : null);
                for (var i = 0; i < targets.Length; i++)
                {
                    var value = matcher.Values(matches, targets[i].Column);
                    if (!value.IsNull || command.Output == LookupOutput.Replace)
                    {
                        row[targets[i].Item1] = value;
                    }
                }
            }

            yield return row;
        }
    }
}
