using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Functions;

/// <summary>
/// <c>lookup("owners.csv", json_object("image", image), json_array("team"))</c>: the columns of the lookup's rows whose keys match, as a JSON object. A
/// column of several rows is an array; nothing matched is null.
/// </summary>
internal static class LookupFunction
{
    private const string Name = "lookup";

    // Keys that come from events may be any.
    private const int MostKeySets = 100;

    public static IEnumerable<FunctionSpec> All =>
    [
        new FunctionSpec(Name, 3, 3, "lookup(name, json_object(key, value, …), json_array(column, …))", "The columns of a lookup's rows whose keys match, as a JSON object.")
        {
            IsConstant = false,
            Compile = Compile,
        },
    ];

    /// <summary>The lookups that an expression names, each with its place.</summary>
    public static IEnumerable<LookupReference> References(EvalExpression expression) =>
        expression.Subexpressions().OfType<EvalCall>().Select(c => c.Lookup).OfType<LookupReference>();

    /// <summary>The lookup that a call names, if it is one of a lookup by its name.</summary>
    internal static LookupReference? Reference(string function, IReadOnlyList<EvalExpression> arguments, ExpandedSource source) =>
        function == Name && arguments is [EvalLiteral { Value.Kind: ValueKind.Text } name, ..]
            ? new LookupReference(name.Value.Text) { Missing = source.Diagnose("SPL0170", $"there is no lookup `{name.Value.Text}`", name.Span) }
            : null;

    private static Evaluator Compile(EvalCall call, EvalCompiler compiler)
    {
        if (call.Lookup is not { } reference)
        {
            throw compiler.Fail("SPL0137", "lookup() takes the lookup's name as a text", call.Arguments[0].Span, "write lookup(\"owners.csv\", json_object(\"key\", field), json_array(\"column\"))");
        }

        var (keys, columns) = (compiler.Compile(call.Arguments[1]), compiler.Compile(call.Arguments[2]));
        if (compiler.Search is not { } search)
        {
            // Only compiled to find mistakes.
            return _ => Value.Null;
        }

        var definition = Lookup.Find(reference, search);
        if (ByTime(reference, definition) is { } mistake)
        {
            throw new SplException(mistake);
        }

        var table = search.Lookups!.Read(definition);
        var matchers = new Dictionary<string, LookupMatcher>(StringComparer.Ordinal);
        return row => JsonTree.Parse(keys(row).Text) is { Kind: JsonKind.Object, Members.Count: > 0 } wanted && JsonTree.Parse(columns(row).Text) is { Kind: JsonKind.Array } outputs
            ? Answer(wanted, outputs, Matcher(wanted))
            : Value.Null;

        LookupMatcher Matcher(JsonTree keysAndValues)
        {
            var name = string.Join('\u001f', keysAndValues.Members.Select(m => m.Key));
            if (!matchers.TryGetValue(name, out var matcher))
            {
                if (matchers.Count >= MostKeySets)
                {
                    matchers.Clear();
                }

                matchers[name] = matcher = new LookupMatcher(definition, table, [.. keysAndValues.Members.Select(m => m.Key)], search);
            }

            return matcher;
        }
    }

    /// <summary>The mistake of asking a lookup by time, which needs a row's time.</summary>
    internal static Diagnostic? ByTime(LookupReference reference, LookupDefinition definition) => definition.Time is null
        ? null
        : reference.Missing with { Code = "SPL0172", Message = $"lookup() cannot read `{definition.Name}`, whose rows hold from a time on", Hint = $"use the command: lookup {definition.Name} <lookup-field> AS <field> OUTPUT <lookup-field>" };

    private static Value Answer(JsonTree wanted, JsonTree outputs, LookupMatcher matcher)
    {
        var rows = matcher.Find([.. wanted.Members.Select(m => m.Value.Kind == JsonKind.Null ? Value.Null : m.Value.ToValue())], at: null);
        if (rows.Length == 0)
        {
            return Value.Null;
        }

        var answer = JsonTree.Object();
        foreach (var column in outputs.Items.Select(i => i.ToValue().Text))
        {
            if (matcher.Values(rows, column) is { IsNull: false } value)
            {
                answer.Set(column, value.IsMulti ? JsonTree.Array(value.Values.ToArray().Select(v => JsonTree.OfText(v.Text))) : JsonTree.OfText(value.Text));
            }
        }

        return Value.Of(answer.ToString());
    }
}
