using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>replace</c>: other values for values that are wholly the text given; <c>*</c> stands for any text and, in the new value, for what it
/// stood for. Exact texts go before patterns, longer patterns before shorter. Without IN in every field but internal ones.
/// </summary>
public sealed record Replace(IReadOnlyList<(string From, string To)> Pairs, IReadOnlyList<string> Names) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "replace", "replace <text> WITH <text> [, <text> WITH <text>]… [IN <field>…]", "Replaces values of fields.", "replace \"10.*\" WITH internal IN src_ip", Parse);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new ReplaceOperator(this, context.Search.Fields);

    public string? WhyNot(GrowthState state)
    {
        if (Names.Count == 0)
        {
            return state.Aggregated ? "it may change any column" : null;
        }

        foreach (var name in Names)
        {
            state.Assign(name, [name]);
        }

        return null;
    }

    public override string ToString() =>
        $"replace {string.Join(", ", Pairs.Select(p => $"{Quote.SearchValue(p.From)} WITH {Quote.SearchValue(p.To)}"))}{(Names.Count == 0 ? "" : " IN " + string.Join(", ", Names.Select(Quote.Field)))}";

    private static Replace Parse(CommandReader reader)
    {
        var pairs = new List<(string, string)>();
        while (!reader.AtEnd && !reader.NextIs("in"))
        {
            var from = reader.ReadValue();
            reader.TryTake(',');
            if (!reader.TryKeyword("with"))
            {
                throw reader.Error("SPL0141", "expected WITH and the new value", "write replace old WITH new IN field");
            }

            pairs.Add(reader.AtEnd ? throw reader.Error("SPL0101", "expected the new value after WITH") : (from, reader.ReadValue()));
            reader.TryTake(',');
        }

        if (pairs.Count == 0)
        {
            throw reader.Error("SPL0101", "expected a value to replace", "write replace old WITH new IN field");
        }

        var names = reader.TryKeyword("in") ? reader.ReadNames() : [];
        return new Replace(pairs, names) { Span = reader.Span };
    }
}

internal sealed class ReplaceOperator(Replace command, FieldTable fields) : Operator
{
    private readonly Dictionary<string, Value> exact = command.Pairs.Where(p => !p.From.Contains('*')).GroupBy(p => p.From).ToDictionary(g => g.Key, g => Value.Of(g.Last().To));

    private readonly (FieldPattern From, FieldPattern To)[] patterns =
        [.. command.Pairs.Where(p => p.From.Contains('*')).OrderByDescending(p => p.From.Length).Select(p => (new FieldPattern(p.From), new FieldPattern(p.To)))];

    public override RowStream Run(RowStream input)
    {
        var slots = command.Names.Count == 0 ? null : command.Names.Select(fields.Slot).ToArray();
        return input with
        {
            Rows = input.Rows.Select(row =>
        {
            if (slots is not null)
            {
                Array.ForEach(slots, slot => row[slot] = New(row[slot]));
                return row;
            }

            for (var slot = 0; slot < row.Width && slot < fields.Count; slot++)
            {
                if (!row[slot].IsNull && !fields.Name(slot).StartsWith('_'))
                {
                    row[slot] = New(row[slot]);
                }
            }

            return row;
        })
        };
    }

    private Value New(Value value)
    {
        if (value.IsMulti)
        {
            return Value.OfMany(Array.ConvertAll(value.Values.ToArray(), New));
        }

        if (value.IsNull || exact.TryGetValue(value.Text, out var replacement))
        {
            return value.IsNull ? value : exact[value.Text];
        }

        foreach (var (from, to) in patterns)
        {
            if (from.TryCapture(value.Text, out var captures))
            {
                return Value.Of(to.Fill(captures));
            }
        }

        return value;
    }
}
