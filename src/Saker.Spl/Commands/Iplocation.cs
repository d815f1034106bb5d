using System.Net;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>iplocation</c>: where an address is, by the database given. What is not found is empty text, not null, so that
/// <c>stats … by City</c> keeps the row.
/// </summary>
public sealed record Iplocation(string Field, string Prefix, bool AllFields) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    private static readonly string[] Basic = ["City", "Country", "Region", "lat", "lon"];
    private static readonly string[] More = ["Continent", "MetroCode", "Timezone"];

    public static CommandSpec Spec { get; } = new(
        "iplocation", "iplocation [prefix=<text>] [allfields=<bool>] [lang=<code>] <address-field>", "Adds City, Country, Region, lat and lon of an address.", "iplocation prefix=src_ src_ip", Parse)
    {
        Options = ["prefix", "allfields", "lang"],
        Differences = ["An address that the database lacks, and any address without a database, gives empty text and not null."],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public IReadOnlyList<string> Added => [.. (AllFields ? Basic.Concat(More) : Basic).Select(n => Prefix + n)];

    public FieldNeed Needs(FieldNeed output) => output.Without(Added).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(Added);

    public Operator Bind(BindContext context) => new IplocationOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        foreach (var added in Added)
        {
            state.Assign(added, [Field]);
        }

        return null;
    }

    public override string ToString() =>
        "iplocation" + (Prefix.Length > 0 ? $" prefix={Quote.SearchValue(Prefix)}" : "") + (AllFields ? " allfields=true" : "") + " " + Quote.Field(Field);

    private static Iplocation Parse(CommandReader reader)
    {
        var (prefix, allFields) = ("", false);
        string? field = null;
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out var name, out var value))
            {
                switch (name)
                {
                    case "prefix": prefix = value.Text; break;
                    case "allfields": allFields = value.AsBoolean(); break;
                    default: break;
                }
            }
            else
            {
                reader.RefuseUnknownOption("iplocation", Spec.Options);
                field = field is null ? reader.ReadName() : throw reader.Error("SPL0105", "iplocation takes one field");
            }
        }

        return field is null ? throw reader.Error("SPL0101", "expected the field that holds the address") : new Iplocation(field, prefix, allFields) { Span = reader.Span };
    }
}

internal sealed class IplocationOperator(Iplocation command, SearchContext context) : Operator
{
    private const int MostRemembered = 10_000;
    private readonly Dictionary<string, IpPlace> remembered = [];

    public override RowStream Run(RowStream input)
    {
        if (context.FindPlace is null)
        {
            context.Warn("iplocation: no database was given (--geo), so City, Country and Region are empty");
        }

        return new RowStream(input.Columns.With(command.Added), Locate(input.Rows));
    }

    private IEnumerable<Row> Locate(IEnumerable<Row> rows)
    {
        var address = context.Fields.Slot(command.Field);
        var slots = command.Added.Select(context.Fields.Slot).ToArray();
        foreach (var row in rows)
        {
            Fill(row, slots, row[address].First);
            yield return row;
        }
    }

    private void Fill(Row row, int[] slots, Value address)
    {
        var place = Find(address.Text);
        Value[] values =
        [
            Value.Of(place.City ?? ""), Value.Of(place.Country ?? ""), Value.Of(place.Region ?? ""), Degrees(place.Latitude), Degrees(place.Longitude),
            Value.Of(place.Continent ?? ""), Value.Of(place.MetroCode ?? ""), Value.Of(place.Timezone ?? ""),
        ];
        for (var i = 0; i < slots.Length; i++)
        {
            row[slots[i]] = values[i];
        }
    }

    private static Value Degrees(double? degrees) => degrees is { } number ? Value.Of(number) : Value.Empty;

    private IpPlace Find(string text)
    {
        if (context.FindPlace is null)
        {
            return default;
        }

        if (!remembered.TryGetValue(text, out var place))
        {
            place = IPAddress.TryParse(text, out var address) ? context.FindPlace(address) ?? default : default;
            if (remembered.Count >= MostRemembered)
            {
                remembered.Clear();
            }

            remembered[text] = place;
        }

        return place;
    }
}
