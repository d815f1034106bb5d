using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

public enum ForeachMode
{
    /// <summary>Once for each column that a pattern matches.</summary>
    Multifield,

    /// <summary>Once for each value of a field.</summary>
    Multivalue,

    /// <summary>Once for each element of a JSON array in a field.</summary>
    JsonArray,

    /// <summary>Once for each value of a multivalue, or each element if the field holds a JSON array.</summary>
    AutoCollections,
}

/// <summary><c>foreach</c>: runs a template for each column, value or array element. The columns are those there are when the search runs.</summary>
public sealed record Foreach(ForeachMode Mode, IReadOnlyList<FieldPattern> Names, ForeachTemplate Template) : ICommand, IHasExpressions
{
    private static readonly string[] OptionNames = ["mode", "fieldstr", "matchstr", "matchseg1", "matchseg2", "matchseg3", "itemstr", "iterstr"];

    public static CommandSpec Spec { get; } = new(
        "foreach",
        "foreach [mode=multifield|multivalue|json_array|auto_collections] <field>… [fieldstr=<text>] [matchstr=<text>] [matchseg1=<text>] [itemstr=<text>] [iterstr=<text>] [<template>]",
        "Runs a template for each field, value or array element.",
        "foreach stdev_* [eval high=if('<<MATCHSTR>>' > 'avg_<<MATCHSTR>>' + 3 * '<<FIELD>>', 1, 0)]",
        Parse)
    { TakesSubsearch = true, Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IEnumerable<EvalExpression> Expressions => Template.Sample(Mode).OfType<IHasExpressions>().SelectMany(c => c.Expressions);

    public IEnumerable<LookupReference> NamedLookups => Template.Lookups;

    public FieldNeed Needs(FieldNeed output)
    {
        if (Names.Any(n => n.IsWildcard))
        {
            return FieldNeed.All;
        }

        var names = Names.Select(n => n.Text).Reverse();
        return Mode == ForeachMode.Multifield
            ? names.Aggregate(output, (need, name) => SearchPlanner.InputNeed(Template.ForField(name, Match(name)), need)).With(names)
            : Template.ForItem() is { } commands
                ? SearchPlanner.InputNeed(commands, output).Union(output).With(names).Without(ForeachTemplate.ItemField, ForeachTemplate.IterField)
                : FieldNeed.All;
    }

    public Operator Bind(BindContext context) => new ForeachOperator(this, context);

    public override string ToString() =>
        "foreach" + Mode switch { ForeachMode.Multivalue => " mode=multivalue", ForeachMode.JsonArray => " mode=json_array", ForeachMode.AutoCollections => " mode=auto_collections", _ => "" }
        + " " + string.Join(", ", Names.Select(n => Quote.Field(n.Text))) + $" [{Template}]";

    /// <summary>What the first pattern that matches a name captured.</summary>
    internal string[] Match(string name)
    {
        foreach (var pattern in Names)
        {
            if (pattern.TryCapture(name, out var captures))
            {
                return captures;
            }
        }

        return [];
    }

    private static Foreach Parse(CommandReader reader)
    {
        var mode = ForeachMode.Multifield;
        var tokens = new Dictionary<string, string>();
        var names = new List<FieldPattern>();
        (string Text, SourceSpan Span)? template = null;
        while (!reader.AtEnd)
        {
            if (reader.Peek() == '[')
            {
                var open = reader.Position;
                var close = reader.Parser.FindClosingBracket(open, reader.End);
                template = (reader.Text[(open + 1)..close].Trim(), SourceSpan.Between(open, close + 1));
                reader.Seek(close + 1);
            }
            else if (reader.TryOption(OptionNames, out var name, out var value))
            {
                if (name == "mode")
                {
                    mode = ReadMode(value);
                }
                else
                {
                    tokens[name] = value.Text;
                }
            }
            else
            {
                reader.RefuseUnknownOption("foreach", OptionNames);
                names.Add(new FieldPattern(reader.ReadName()));
                reader.TryTake(',');
            }
        }

        if (template is null || names.Count == 0)
        {
            throw reader.Error("SPL0101", template is null ? "expected a template in [ ]" : "expected a field", "write foreach stdev_* [eval x='<<FIELD>>']");
        }

        if (mode != ForeachMode.Multifield && names.Count > 1)
        {
            throw reader.Fail("SPL0105", "foreach takes one field in this mode", reader.Span);
        }

        return new Foreach(mode, names, ForeachTemplate.Parse(reader, template.Value.Text, template.Value.Span, mode, tokens)) { Span = reader.Span };
    }

    private static ForeachMode ReadMode(OptionValue value) => value.Text.ToLowerInvariant() switch
    {
        "multifield" => ForeachMode.Multifield,
        "multivalue" => ForeachMode.Multivalue,
        "json_array" => ForeachMode.JsonArray,
        "auto_collections" => ForeachMode.AutoCollections,
        _ => throw value.Fail($"foreach has no mode `{value.Text}`", "its modes are multifield, multivalue, json_array and auto_collections"),
    };
}

internal sealed class ForeachOperator(Foreach command, BindContext context) : Operator
{
    private readonly FieldTable fields = context.Search.Fields;

    public override RowStream Run(RowStream input) => command.Mode == ForeachMode.Multifield ? RunFields(input) : RunItems(input);

    private RowStream RunFields(RowStream input)
    {
        var stream = input;
        List<string> names = [.. command.Names.Select(n => n.Text)];
        if (command.Names.Any(n => n.IsWildcard))
        {
            var held = HeldRows.Hold(input.Rows, context.Search, "foreach");
            stream = input with { Rows = HeldRows.Release(held, context.Search) };
            var present = input.Columns.NamesOf(held, fields).Concat(ColumnNames.Of(held, fields)).Distinct();
            names = [.. present.Where(n => command.Names.Any(p => p.Matches(n) && (!n.StartsWith('_') || p.Text.StartsWith('_'))))];
            names.AddRange(command.Names.Where(p => !p.IsWildcard && !names.Contains(p.Text)).Select(p => p.Text));
        }

        foreach (var name in names)
        {
            stream = SearchPlanner.PlanFed(command.Template.ForField(name, command.Match(name)), FieldNeed.All).Run(context.Search, stream);
        }

        return stream;
    }

    private RowStream RunItems(RowStream input)
    {
        var columns = new ColumnSet(input.Columns.IsOpen, input.Columns.Names);
        return new RowStream(columns, RunItems(input.Rows, columns));
    }

    private IEnumerable<Row> RunItems(IEnumerable<Row> rows, ColumnSet columns)
    {
        var (item, iter, field) = (fields.Slot(ForeachTemplate.ItemField), fields.Slot(ForeachTemplate.IterField), fields.Slot(command.Names[0].Text));
        var common = command.Template.ForItem() is { } pipeline ? SearchPlanner.PlanFed(pipeline, FieldNeed.All) : null;
        var plans = new Dictionary<(string Item, int Place), SearchPlan>();
        if (common is not null)
        {
            AddColumns(common, columns);
        }

        foreach (var row in rows)
        {
            var items = Items(row[field]);
            var current = row;
            for (var i = 0; i < items.Length; i++)
            {
                if (common is null && !plans.ContainsKey((items[i].Text, i)))
                {
                    AddColumns(plans[(items[i].Text, i)] = SearchPlanner.PlanFed(command.Template.ForItem(items[i].Text, i), FieldNeed.All), columns);
                }

                current[item] = items[i];
                current[iter] = Value.Of(i);
                current = (common ?? plans[(items[i].Text, i)]).Run(context.Search, new RowStream(columns, [current])).Rows.Single();
            }

            current[item] = Value.Null;
            current[iter] = Value.Null;
            yield return current;
        }
    }

    private void AddColumns(SearchPlan plan, ColumnSet columns)
    {
        foreach (var name in plan.Run(context.Search, new RowStream(columns, [])).Columns.Names)
        {
            columns.Add(name);
        }
    }

    private Value[] Items(Value value) => command.Mode switch
    {
        ForeachMode.Multivalue => value.Values.ToArray(),
        ForeachMode.JsonArray => Elements(value.First.Text) ?? [],
        _ => value.IsMulti ? value.Values.ToArray() : Elements(value.Text) ?? value.Values.ToArray(),
    };

    /// <summary>The elements of a JSON array; null if the text is none.</summary>
    private static Value[]? Elements(string text)
    {
        try
        {
            using var document = HostileJson.Parse(text);
            return document.RootElement.ValueKind != JsonValueKind.Array ? null :
            [
                .. document.RootElement.EnumerateArray().Select(e => Value.Of(e.ValueKind == JsonValueKind.String ? e.GetString() : e.GetRawText())),
            ];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
