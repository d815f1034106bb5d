using System.Globalization;
using Saker.Spl.Execution;
using Saker.Spl.Functions;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>convert</c>: rewrites times, durations and sizes. A value that <c>auto</c>, <c>ctime</c>, <c>rmcomma</c> or <c>rmunit</c> cannot read stays; the others remove it.</summary>
public sealed record Convert(string? TimeFormat, IReadOnlyList<Conversion> Conversions) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public const string DefaultTimeFormat = "%m/%d/%Y %H:%M:%S";

    public static CommandSpec Spec { get; } = new(
        "convert",
        "convert [timeformat=<text>] <function>(<field>) [AS <field>]…",
        $"Rewrites values: {string.Join(", ", Conversion.Functions)}.",
        "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime(firstTime), ctime(lastTime) AS last",
        Parse)
    { Options = ["timeformat"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output)
    {
        for (var i = Conversions.Count - 1; i >= 0; i--)
        {
            var conversion = Conversions[i];
            if (conversion.As is { } renamed)
            {
                // A pattern that names new columns may read any field that its left side matches.
                output = conversion.Field.IsWildcard
                    ? FieldNeed.All
                    : output.Contains(renamed.Text) ? output.Without(renamed.Text).With(conversion.Field.Text) : output;
            }
        }

        return output;
    }

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => Conversions.Any(c => c.As is not null && c.Field.IsWildcard)
        ? null
        : input?.Union(Conversions.Where(c => c.As is not null).Select(c => c.As!.Text));

    public Operator Bind(BindContext context) => new ConvertOperator(this, context.Search);

    public string? WhyNot(GrowthState state)
    {
        foreach (var conversion in Conversions.Where(c => c.Function != "none"))
        {
            if (!conversion.Field.IsWildcard)
            {
                state.Assign((conversion.As ?? conversion.Field).Text, [conversion.Field.Text]);
            }
            else if (state.Aggregated)
            {
                return "it converts aggregated columns by pattern";
            }
        }

        return null;
    }

    public override string ToString() => "convert" + (TimeFormat is null ? "" : $" timeformat={Quote.Always(TimeFormat)}") + " " + string.Join(", ", Conversions);

    private static Convert Parse(CommandReader reader)
    {
        string? format = null;
        var conversions = new List<Conversion>();
        while (!reader.AtEnd)
        {
            if (reader.TryOption(Spec.Options, out _, out var value))
            {
                format = value.Text;
            }
            else
            {
                reader.RefuseUnknownOption("convert", Spec.Options);
                conversions.Add(Conversion.Read(reader));
                reader.TryTake(',');
            }
        }

        return conversions.Count > 0
            ? new Convert(format, conversions) { Span = reader.Span }
            : throw reader.Error("SPL0101", "expected a conversion such as ctime(firstTime)");
    }
}

/// <summary>One <c>ctime(firstTime) AS first</c>.</summary>
public sealed record Conversion(string Function, FieldPattern Field, FieldPattern? As)
{
    public static readonly IReadOnlyList<string> Functions = ["auto", "ctime", "dur2sec", "memk", "mktime", "mstime", "none", "num", "rmcomma", "rmunit"];

    public static Conversion Read(CommandReader reader)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var end = start;
        while (end < reader.End && char.IsAsciiLetterOrDigit(reader.Text[end]))
        {
            end++;
        }

        var function = reader.Text[start..end].ToLowerInvariant();
        if (!Functions.Contains(function))
        {
            var hint = Suggestion.Nearest(function, Functions) is { } near ? $"did you mean `{near}`?" : $"its functions are {string.Join(", ", Functions)}";
            throw function.Length == 0 ? reader.Error("SPL0101", "expected a conversion such as ctime(firstTime)", hint) : reader.Fail("SPL0160", $"convert has no function `{function}`", SourceSpan.Between(start, end), hint);
        }

        reader.Seek(end);
        reader.Expect('(', $"a field in parentheses: {function}(field)");
        var field = reader.Peek() == ')' ? throw reader.Error("SPL0101", $"expected a field in {function}()") : reader.ReadName();
        reader.Expect(')', "a closing parenthesis");
        var renamed = reader.TryKeyword("as") ? new FieldPattern(reader.ReadName("the new name")) : null;
        return new Conversion(function, new FieldPattern(field), renamed);
    }

    public override string ToString() => $"{Function}({Quote.Field(Field.Text)})" + (As is { } renamed ? $" AS {Quote.Field(renamed.Text)}" : "");
}

internal sealed class ConvertOperator(Convert command, SearchContext context) : Operator
{
    private readonly TimeFormat format = TimeFormat.Parse(command.TimeFormat ?? Convert.DefaultTimeFormat);
    private readonly FieldTable fields = context.Fields;

    public override RowStream Run(RowStream input)
    {
        var columns = input.Columns.With(command.Conversions.Where(c => c.As is { IsWildcard: false } && !c.Field.IsWildcard).Select(c => c.As!.Text));
        return new RowStream(columns, ConvertRows(input.Rows, columns));
    }

    private IEnumerable<Row> ConvertRows(IEnumerable<Row> rows, ColumnSet columns)
    {
        var slots = command.Conversions.Select(c => c.Field.IsWildcard ? (-1, -1) : (fields.Slot(c.Field.Text), fields.Slot((c.As ?? c.Field).Text))).ToArray();
        var excluded = command.Conversions.Where(c => c.Function == "none").Select(c => c.Field).ToArray();
        foreach (var row in rows)
        {
            for (var i = 0; i < slots.Length; i++)
            {
                var conversion = command.Conversions[i];
                if (conversion.Function == "none")
                {
                    Copy(row, conversion, slots[i]);
                }
                else if (slots[i].Item1 < 0)
                {
                    ConvertByPattern(row, conversion, excluded, columns);
                }
                else if (!row[slots[i].Item1].IsNull)
                {
                    row[slots[i].Item2] = Apply(conversion.Function, row[slots[i].Item1]);
                }
            }

            yield return row;
        }
    }

    private static void Copy(Row row, Conversion conversion, (int From, int To) slot)
    {
        if (conversion.As is not null && slot.From >= 0)
        {
            row[slot.To] = row[slot.From];
        }
    }

    private void ConvertByPattern(Row row, Conversion conversion, FieldPattern[] excluded, ColumnSet columns)
    {
        var width = Math.Min(row.Width, fields.Count);
        for (var slot = 0; slot < width; slot++)
        {
            var name = fields.Name(slot);
            if (row[slot].IsNull || (name.StartsWith('_') && !conversion.Field.Text.StartsWith('_'))
                || !conversion.Field.TryCapture(name, out var captures) || Array.Exists(excluded, p => p.Matches(name)))
            {
                continue;
            }

            var target = conversion.As is { } renamed ? renamed.Fill(captures) : name;
            columns.Add(target);
            row[fields.Slot(target)] = Apply(conversion.Function, row[slot]);
        }
    }

    private Value Apply(string function, Value value)
    {
        if (!value.IsMulti)
        {
            return ApplyToOne(function, value);
        }

        return Value.OfMany([.. value.Values.ToArray().Select(v => ApplyToOne(function, v)).Where(v => !v.IsNull)]);
    }

    private Value ApplyToOne(string function, Value value) => function switch
    {
        "ctime" => value.TryGetNumber(out var epoch) ? Value.Of(format.Format(epoch, context.Zone)) : value,
        "mktime" => format.Read(value.Text, context.Now, context.Zone) is { } epoch ? Value.Of(epoch) : Value.Null,
        "num" => Auto(value),
        "auto" => Auto(value) is { IsNull: false } number ? number : value,
        "dur2sec" => Duration(value.Text.Trim()),
        "memk" => Kilobytes(value.Text.Trim()),
        "mstime" => Milliseconds(value.Text.Trim()),
        "rmcomma" => Value.Of(value.Text.Replace(",", "", StringComparison.Ordinal)),
        _ => Number(LeadingNumber(value.Text.AsSpan().Trim()), value),
    };

    private static Value Auto(Value value)
    {
        if (value.TryGetNumber(out var number))
        {
            return Value.Of(number);
        }

        var text = value.Text.Trim();
        if (NumberText.TryParse(text.Replace(",", "", StringComparison.Ordinal), out number))
        {
            return Value.Of(number);
        }

        return Duration(text) is { IsNull: false } seconds ? seconds
            : Kilobytes(text) is { IsNull: false } size ? size
            : Milliseconds(text) is { IsNull: false } time ? time
            : Number(LeadingNumber(text), Value.Null);
    }

    private static Value Number(ReadOnlySpan<char> text, Value otherwise) => NumberText.TryParse(text, out var number) ? Value.Of(number) : otherwise;

    private static ReadOnlySpan<char> LeadingNumber(ReadOnlySpan<char> text)
    {
        for (var length = text.Length; length > 0; length--)
        {
            if (NumberText.TryParse(text[..length], out _))
            {
                return text[..length];
            }
        }

        return default;
    }

    /// <summary><c>[D+]HH:MM:SS[.ssssss]</c>.</summary>
    private static Value Duration(string text)
    {
        var plus = text.IndexOf('+');
        double days = 0;
        if (plus >= 0 && !double.TryParse(text.AsSpan(0, plus), NumberStyles.None, CultureInfo.InvariantCulture, out days))
        {
            return Value.Null;
        }

        var parts = text[(plus + 1)..].Split(':');
        return parts.Length == 3 && IsWhole(parts[0], out var hours) && IsWhole(parts[1], out var minutes) && minutes < 60
            && double.TryParse(parts[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 60
                ? Value.Of((days * 86400) + (hours * 3600) + (minutes * 60) + seconds)
                : Value.Null;
    }

    private static bool IsWhole(string text, out double number) => double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>A size with an optional k, m or g as kilobytes; k is what a bare number is.</summary>
    private static Value Kilobytes(string text)
    {
        var factor = text.Length > 0 ? (text[^1] | 0x20) switch { 'k' => 1d, 'm' => 1024d, 'g' => 1024d * 1024, _ => 0 } : 0;
        return NumberText.TryParse(factor > 0 ? text.AsSpan(0, text.Length - 1) : text, out var size) && size >= 0 ? Value.Of(size * (factor > 0 ? factor : 1)) : Value.Null;
    }

    /// <summary><c>[MM:]SS.SSS</c> as seconds.</summary>
    private static Value Milliseconds(string text)
    {
        var colon = text.IndexOf(':');
        double minutes = 0;
        return (colon < 0 || IsWhole(text[..colon], out minutes))
            && double.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                ? Value.Of((minutes * 60) + seconds)
                : Value.Null;
    }
}
