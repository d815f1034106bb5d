using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Functions that tell what a value is.</summary>
internal static class InformationalFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("isnull", 1, 1, "isnull(value)", "Whether the value is absent.", v => Value.Of(v[0].IsNull)),
        FunctionSpec.Of("isnotnull", 1, 1, "isnotnull(value)", "Whether the value is there.", v => Value.Of(!v[0].IsNull)),
        FunctionSpec.Of("isnum", 1, 1, "isnum(value)", "Whether the value reads as a number.", v => Value.Of(v[0].TryGetNumber(out _))),
        FunctionSpec.Of("isstr", 1, 1, "isstr(value)", "Whether the value is text that is no number.", v => Value.Of(v[0].Kind == ValueKind.Text && !v[0].TryGetNumber(out _))),
        FunctionSpec.Of("isint", 1, 1, "isint(value)", "Whether the value reads as an integer.", v => Value.Of(v[0].TryGetNumber(out var n) && n == Math.Floor(n))),
        FunctionSpec.Of("isbool", 1, 1, "isbool(value)", "Whether the value is a truth value.", v => Value.Of(v[0].Kind == ValueKind.Boolean)),
        FunctionSpec.Of("null", 0, 0, "null()", "No value.", _ => Value.Null),
        FunctionSpec.Of("typeof", 1, 1, "typeof(value)", "Number, String, Boolean, Multivalue or Invalid.", v => Value.Of(v[0].Kind switch
        {
            ValueKind.Number => "Number",
            ValueKind.Boolean => "Boolean",
            ValueKind.Null => "Invalid",
            ValueKind.Multi => "Multivalue",
            _ => v[0].TryGetNumber(out _) ? "Number" : "String",
        })),
    ];
}
