using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>Functions that tell what a value is. A text literal is text even where its digits read as a number.</summary>
internal static class InformationalFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Condition("isnull", 1, 1, "isnull(value)", "Whether the value is absent.", v => Value.Of(v[0].IsNull)),
        FunctionSpec.Condition("isnotnull", 1, 1, "isnotnull(value)", "Whether the value is there.", v => Value.Of(!v[0].IsNull)),
        Kind("isnum", "isnum(value)", "Whether the value reads as a number.", (v, isLiteral) => Number(v, isLiteral, out _)),
        Kind("isint", "isint(value)", "Whether the value reads as an integer.", (v, isLiteral) => Number(v, isLiteral, out var n) && n == Math.Floor(n)),
        Kind("isdouble", "isdouble(value)", "Whether the value reads as a number with a fraction.", (v, isLiteral) => Number(v, isLiteral, out var n) && n != Math.Floor(n)),
        Kind("isstr", "isstr(value)", "Whether the value is text that is no number.", (v, isLiteral) => v.Kind == ValueKind.Text && !Number(v, isLiteral, out _)),
        Kind("isbool", "isbool(value)", "Whether the value is a truth value.", (v, _) => v.Kind == ValueKind.Boolean),
        Kind("ismv", "ismv(value)", "Whether there are several values.", (v, _) => v.IsMulti),
        Kind("isarray", "isarray(value)", "Whether the value is a JSON array.", (v, _) => JsonTree.ParseContainer(v.Text) is { Kind: JsonKind.Array }),
        Kind("isobject", "isobject(value)", "Whether the value is a JSON object.", (v, _) => JsonTree.ParseContainer(v.Text) is { Kind: JsonKind.Object }),
        OfLiteral("typeof", "typeof(value)", "Number, String, Bool, Multivalue or Invalid.", (v, isLiteral) => Value.Of(v.Kind switch
        {
            ValueKind.Null => "Invalid",
            ValueKind.Boolean => "Bool",
            ValueKind.Multi => "Multivalue",
            _ => Number(v, isLiteral, out _) ? "Number" : "String",
        })),
    ];

    private static bool Number(Value value, bool isTextLiteral, out double number)
    {
        number = 0;
        return !isTextLiteral && value.TryGetNumber(out number);
    }

    private static FunctionSpec Kind(string name, string synopsis, string summary, Func<Value, bool, bool> holds) =>
        OfLiteral(name, synopsis, summary, (v, isLiteral) => Value.Of(holds(v, isLiteral))) with { IsCondition = true };

    private static FunctionSpec OfLiteral(string name, string synopsis, string summary, Func<Value, bool, Value> compute) => new(name, 1, 1, synopsis, summary)
    {
        Compile = (call, compiler) =>
        {
            var argument = compiler.Compile(call.Arguments[0]);
            var isTextLiteral = call.Arguments[0] is EvalLiteral { Value.Kind: ValueKind.Text };
            return row => compute(argument(row), isTextLiteral);
        },
    };
}
