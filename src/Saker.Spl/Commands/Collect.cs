using System.Globalization;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>collect</c>: writes each row as an event to an index and lets the rows through.</summary>
public sealed record Collect(CollectOptions Options) : ICommand
{
    public static CommandSpec Spec { get; } = new(
        "collect",
        "collect index=<name> [source=<text>] [sourcetype=<text>] [host=<text>] [marker=<text>] [addtime=<bool>] [output_format=raw|hec] [testmode=<bool>]",
        "Writes rows as events.",
        "stats count BY user | collect index=summary source=users",
        Parse)
    { Options = CollectOptions.Names };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => FieldNeed.All;

    public Operator Bind(BindContext context) => new CollectOperator(Options, context.Search);

    public override string ToString() => $"collect{Options}";

    private static Collect Parse(CommandReader reader)
    {
        var options = new CollectOptions();
        while (options.TryRead(reader))
        {
        }

        reader.RefuseUnknownOption("collect", CollectOptions.Names);
        reader.ExpectEnd("collect");
        return options.Index.Length > 0 ? new Collect(options) { Span = reader.Span } : throw reader.Error("SPL0101", "collect needs index=");
    }
}

/// <summary>The options of collect.</summary>
public sealed class CollectOptions
{
    public static readonly IReadOnlyList<string> Names =
        ["index", "source", "sourcetype", "host", "marker", "addtime", "addinfo", "output_format", "testmode", "file", "spool", "run_in_preview", "uselb", "name"];

    public string Index { get; private set; } = "";

    public string Source { get; private set; } = "";

    public string Sourcetype { get; private set; } = "stash";

    public string Host { get; private set; } = "";

    public string Marker { get; private set; } = "";

    public bool AddsTime { get; private set; } = true;

    public bool IsTest { get; private set; }

    public override string ToString() =>
        $" index={Quote.SearchValue(Index)}" + Printed("source", Source) + (Sourcetype == "stash" ? "" : Printed("sourcetype", Sourcetype)) + Printed("host", Host) + Printed("marker", Marker)
        + (AddsTime ? "" : " addtime=false") + (IsTest ? " testmode=true" : "");

    internal bool TryRead(CommandReader reader)
    {
        if (!reader.TryOption(Names, out var name, out var value))
        {
            return false;
        }

        switch (name)
        {
            case "index": Index = value.Text; break;
            case "source" or "name": Source = value.Text; break;
            case "sourcetype": Sourcetype = value.Text; break;
            case "host": Host = value.Text; break;
            case "marker": Marker = value.Text; break;
            case "addtime": AddsTime = value.AsBoolean(); break;
            case "testmode": IsTest = value.AsBoolean(); break;
            case "file": throw value.Fail("collect: file= is not supported", "rows are written as events of an index, not to a file");
            case "output_format" when value.Text is not ("raw" or "hec"): throw value.Fail("expected raw or hec");
            case "output_format": break;
            default: value.AsBoolean(); break;
        }

        return true;
    }

    private static string Printed(string name, string value) => value.Length == 0 ? "" : $" {name}={Quote.SearchValue(value)}";
}

internal sealed class CollectOperator(CollectOptions options, SearchContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var held = HeldRows.Hold(input.Rows, context, "collect");
        if (!options.IsTest && context.Collect is null)
        {
            context.Warn("collect: nothing takes its events here, so they are not written");
        }
        else if (!options.IsTest)
        {
            var columns = input.Columns.NamesOf(held, context.Fields);
            held.ForEach(row => context.Collect!(Event(row, columns)));
        }

        return input with { Rows = HeldRows.Release(held, context) };
    }

    private CollectedRow Event(Row row, List<string> columns)
    {
        var time = row[context.Fields.Slot(EventFields.Time)].TryGetNumber(out var seconds) ? TimeFunctions.FromEpoch(seconds) : context.Now;
        var raw = row[context.Fields.Slot(EventFields.Raw)];
        return new CollectedRow(options.Index, options.Source, options.Sourcetype, options.Host, time, raw.IsNull ? Text(row, columns, time) : raw.Text);
    }

    /// <summary><c>03/14/2026 12:00:00 +0000, user=root, verbs="get, list"</c>.</summary>
    private string Text(Row row, List<string> columns, DateTimeOffset time)
    {
        var text = new StringBuilder(options.AddsTime ? time.ToString("MM/dd/yyyy HH:mm:ss zz", CultureInfo.InvariantCulture) + "00" : "");
        foreach (var name in columns.Where(c => !c.StartsWith('_')))
        {
            var value = row[context.Fields.Slot(name)];
            if (!value.IsNull)
            {
                text.Append(text.Length > 0 ? ", " : "").Append(Quote.Field(name)).Append('=').Append(Quote.Always(value.Text));
            }
        }

        return text.Append(options.Marker.Length > 0 ? $", {options.Marker}" : "").ToString();
    }
}
