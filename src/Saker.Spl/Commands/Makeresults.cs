using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>makeresults</c>: rows out of nothing, with the search's time, or rows given as csv or JSON.</summary>
public sealed record Makeresults(int Count, bool Annotates, string? DataFormat, string? Data) : ICommand, IGenerates
{
    private static readonly string[] OptionNames = ["count", "annotate", "splunk_server", "splunk_server_group", "format", "data"];

    public static CommandSpec Spec { get; } = new(
        "makeresults",
        "makeresults [count=<count>] [annotate=<bool>] [format=csv|json data=<text>]",
        "Makes rows.",
        "| makeresults count=3 | eval verb=\"get\"",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public SourceRequest? Request(FieldNeed output) => null;

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public Operator Bind(BindContext context) => new MakeresultsOperator(this, context.Search);

    public override string ToString() =>
        "makeresults" + (Count == 1 ? "" : $" count={Count}") + (Annotates ? " annotate=true" : "") + (Data is null ? "" : $" format={DataFormat} data={Quote.Always(Data)}");

    private static Makeresults Parse(CommandReader reader)
    {
        var (count, annotates) = (1, false);
        string? format = null;
        OptionValue? data = null;
        while (!reader.AtEnd && reader.TryOption(OptionNames, out var name, out var value))
        {
            switch (name)
            {
                case "count": count = value.AsInteger(); break;
                case "annotate": annotates = value.AsBoolean(); break;
                case "format": format = value.Text is "csv" or "json" ? value.Text : throw value.Fail("expected csv or json"); break;
                case "data": data = value; break;
                default: break;
            }
        }

        reader.RefuseUnknownOption("makeresults", OptionNames);
        reader.ExpectEnd("makeresults");
        if ((format is null) != (data is null))
        {
            throw reader.Fail("SPL0172", "format= and data= belong together", reader.Span);
        }

        if (format == "json")
        {
            CheckJson(data!.Value);
        }

        return new Makeresults(count, annotates, format, data?.Text) { Span = reader.Span };
    }

    private static void CheckJson(OptionValue data)
    {
        try
        {
            using var document = HostileJson.Parse(data.Text);
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.Object))
            {
                throw data.Fail("expected a JSON array of objects");
            }
        }
        catch (JsonException mistake)
        {
            throw data.Fail($"this is not JSON: {mistake.Message}");
        }
    }
}

internal sealed class MakeresultsOperator(Makeresults command, SearchContext context) : Operator
{
    private static readonly string[] Annotations = ["_raw", "host", "source", "sourcetype", "splunk_server", "splunk_server_group"];

    public override RowStream Run(RowStream input)
    {
        var time = Value.Of(Math.Floor(TimeFunctions.Epoch(context.Now)));
        if (command.Data is null)
        {
            IEnumerable<string> names = command.Annotates ? [EventFields.Time, .. Annotations] : [EventFields.Time];
            return new RowStream(new ColumnSet(false, names), Enumerable.Range(0, command.Count).Select(_ => Stamp(new Row(), time)));
        }

        var table = command.DataFormat == "csv" ? CsvText.ReadTable(new StringReader(command.Data)) : ReadJson(command.Data);
        var slots = table.Columns.Select(context.Fields.Slot).ToArray();
        var rows = table.Rows.Select(values =>
        {
            var row = new Row();
            for (var i = 0; i < slots.Length; i++)
            {
                row[slots[i]] = values[i];
            }

            return row[context.Fields.Slot(EventFields.Time)].IsNull ? Stamp(row, time) : row;
        });
        return new RowStream(new ColumnSet(false, [.. table.Columns, EventFields.Time]), rows);
    }

    private Row Stamp(Row row, Value time)
    {
        row[context.Fields.Slot(EventFields.Time)] = time;
        return row;
    }

    private static LookupTable ReadJson(string text)
    {
        using var document = HostileJson.Parse(text);
        var objects = document.RootElement.EnumerateArray().ToList();
        var columns = objects.SelectMany(o => o.EnumerateObject()).Select(p => p.Name).Distinct().ToList();
        return new LookupTable(columns, [.. objects.Select(o => columns.Select(c => o.TryGetProperty(c, out var value) ? OfJson(value) : Value.Null).ToArray())]);
    }

    private static Value OfJson(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Value.Of(value.GetString()),
        JsonValueKind.Null => Value.Null,
        JsonValueKind.Array when value.EnumerateArray().All(e => e.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)) => Value.OfMany([.. value.EnumerateArray().Select(OfJson)]),
        _ => Value.Of(value.GetRawText()),
    };
}
