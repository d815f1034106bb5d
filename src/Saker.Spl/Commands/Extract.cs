using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>extract</c> (<c>kv</c>): fields from pairs in <c>_raw</c>: by the delimiters given, each character of which is one, else from
/// <c>key=value</c> as events of text are read. A field that a row has stays, unless <c>mv_add</c>.
/// </summary>
public sealed record Extract(string? PairDelimiters, string? KeyDelimiters, int Limit, int MaxChars, bool MvAdd, bool CleanKeys) : ICommand, IRowWise, IGrowsOnly
{
    private const int DefaultLimit = 50;
    private const int DefaultMaxChars = 10_240;

    public static CommandSpec Spec { get; } = new(
        "extract", "extract [pairdelim=<characters>] [kvdelim=<characters>] [limit=<n>] [maxchars=<n>] [mv_add=<bool>] [clean_keys=<bool>] [reload=<bool>] [segment=<bool>] [auto=<bool>]",
        "Extracts fields from pairs in _raw.", "extract pairdelim=\"|\" kvdelim=\":\"", Parse)
    {
        Aliases = ["kv"],
        Options = ["pairdelim", "kvdelim", "limit", "maxchars", "mv_add", "clean_keys", "reload", "segment", "auto"],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.With(EventFields.Raw);

    public Operator Bind(BindContext context) => new ExtractOperator(this, context);

    public string? WhyNot(GrowthState state) => state.IsFixed(EventFields.Raw) ? null : GrowthRules.Changes(EventFields.Raw);

    public override string ToString() =>
        "extract" + (PairDelimiters is null ? "" : $" pairdelim={Quote.Always(PairDelimiters)}") + (KeyDelimiters is null ? "" : $" kvdelim={Quote.Always(KeyDelimiters)}") + (Limit == DefaultLimit ? "" : $" limit={Limit}")
        + (MaxChars == DefaultMaxChars ? "" : $" maxchars={MaxChars}") + (MvAdd ? " mv_add=true" : "") + (CleanKeys ? "" : " clean_keys=false");

    private static Extract Parse(CommandReader reader)
    {
        var command = new Extract(null, null, DefaultLimit, DefaultMaxChars, false, true);
        while (!reader.AtEnd)
        {
            if (!reader.TryOption(Spec.Options, out var option, out var value))
            {
                reader.RefuseUnknownOption("extract", Spec.Options);
                throw reader.Error("SPL0105", "extract does not know extractions by name", "they are part of Splunk's settings: use rex, or pairdelim= and kvdelim=");
            }

            command = option switch
            {
                "pairdelim" => command with { PairDelimiters = Characters(value) },
                "kvdelim" => command with { KeyDelimiters = Characters(value) },
                "limit" => command with { Limit = value.AsInteger(1) },
                "maxchars" => command with { MaxChars = value.AsInteger(1) },
                "mv_add" => command with { MvAdd = value.AsBoolean() },
                "clean_keys" => command with { CleanKeys = value.AsBoolean() },
                _ => value.AsBoolean() ? command : command,
            };
        }

        return (command.PairDelimiters is null) != (command.KeyDelimiters is null)
            ? throw reader.Fail("SPL0101", "extract needs both pairdelim and kvdelim, or neither", reader.Span)
            : command with { Span = reader.Span };
    }

    private static string Characters(OptionValue value) =>
        value.Text.Length > 0 ? value.Text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal) : throw value.Fail("expected at least one character");
}

internal sealed class ExtractOperator(Extract command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(true, input.Columns.Names), Read(input.Rows));

    private IEnumerable<Row> Read(IEnumerable<Row> rows)
    {
        var raw = context.Slot(EventFields.Raw);
        foreach (var row in rows)
        {
            var text = row[raw].First.Text;
            text = text.Length > command.MaxChars ? text[..command.MaxChars] : text;
            var pairs = command.PairDelimiters is null ? Usual(text) : Split(text, command.PairDelimiters, command.KeyDelimiters!);
            foreach (var (key, value) in pairs.Take(command.Limit))
            {
                var name = command.CleanKeys ? Clean(key) : key;
                if (name.Length == 0 || value.Length == 0 || !context.Output.Contains(name))
                {
                    continue;
                }

                var slot = context.Slot(name);
                if (row[slot].IsNull)
                {
                    row[slot] = Value.Of(value);
                }
                else if (command.MvAdd)
                {
                    row[slot] = Value.OfMany([.. row[slot].Values, Value.Of(value)]);
                }
            }

            yield return row;
        }
    }

    private static IEnumerable<(string Key, string Value)> Usual(string text)
    {
        var fields = new FieldTable();
        var row = new Row();
        Scanning.KeyValueText.Extract(System.Text.Encoding.UTF8.GetBytes(text), row, null, fields);
        return Enumerable.Range(0, fields.Count).Select(slot => (fields.Name(slot), row[slot].Text));
    }

    private static IEnumerable<(string Key, string Value)> Split(string text, string pairDelimiters, string keyDelimiters)
    {
        foreach (var pair in text.Split(pairDelimiters.ToCharArray()))
        {
            var at = pair.IndexOfAny(keyDelimiters.ToCharArray());
            if (at > 0)
            {
                var value = pair[(at + 1)..].Trim();
                yield return (pair[..at].Trim().Trim('"'), value is ['"', .., '"'] ? value[1..^1] : value);
            }
        }
    }

    private static string Clean(string key) => new([.. key.Trim().Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '{' or '}' or ':' ? c : '_')]);
}
