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

    /// <summary>The lookups that an expression names.</summary>
    public static IEnumerable<LookupReference> References(EvalExpression expression) =>
        expression.Subexpressions().OfType<EvalCall>().Where(c => c.Function == Name && c.Arguments[0] is EvalLiteral).Select(c => Reference(((EvalLiteral)c.Arguments[0]).Value.Text));

    private static LookupReference Reference(string name) =>
        new(name) { Missing = new Diagnostic("SPL0170", Severity.Error, $"there is no lookup `{name}`", new SourceText(Name, name), new SourceSpan(0, name.Length), null) };

    private static Evaluator Compile(EvalCall call, EvalCompiler compiler)
    {
        if (call.Arguments[0] is not EvalLiteral { Value.Kind: ValueKind.Text } literal)
        {
            throw compiler.Fail("SPL0137", "lookup() takes the lookup's name as a text", call.Arguments[0].Span, "write lookup(\"owners.csv\", json_object(\"key\", field), json_array(\"column\"))");
        }

        var (keys, columns) = (compiler.Compile(call.Arguments[1]), compiler.Compile(call.Arguments[2]));
        if (compiler.Search is not { } search)
        {
            // Only compiled to find mistakes.
            return _ => Value.Null;
        }

        var definition = Lookup.Find(Reference(literal.Value.Text), search);
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

                matchers[name] = matcher = new LookupMatcher(definition, table, [.. keysAndValues.Members.Select(m => m.Key)]);
            }

            return matcher;
        }
    }

    private static Value Answer(JsonTree wanted, JsonTree outputs, LookupMatcher matcher)
    {
        var rows = matcher.Find([.. wanted.Members.Select(m => m.Value.Kind == JsonKind.Null ? Value.Null : m.Value.ToValue())]);
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
