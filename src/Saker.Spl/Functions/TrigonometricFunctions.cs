using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Trigonometric and hyperbolic functions, in radians.</summary>
internal static class TrigonometricFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.OfNumber("acos", "acos(number)", "The arc cosine.", Math.Acos),
        FunctionSpec.OfNumber("acosh", "acosh(number)", "The arc hyperbolic cosine.", Math.Acosh),
        FunctionSpec.OfNumber("asin", "asin(number)", "The arc sine.", Math.Asin),
        FunctionSpec.OfNumber("asinh", "asinh(number)", "The arc hyperbolic sine.", Math.Asinh),
        FunctionSpec.OfNumber("atan", "atan(number)", "The arc tangent.", Math.Atan),
        FunctionSpec.Of("atan2", 2, 2, "atan2(y, x)", "The angle of a point, from -pi to pi.", v =>
            v[0].TryGetNumber(out var y) && v[1].TryGetNumber(out var x) ? Value.Of(Math.Atan2(y, x)) : Value.Null),
        FunctionSpec.OfNumber("atanh", "atanh(number)", "The arc hyperbolic tangent.", Math.Atanh),
        FunctionSpec.OfNumber("cos", "cos(angle)", "The cosine.", Math.Cos),
        FunctionSpec.OfNumber("cosh", "cosh(number)", "The hyperbolic cosine.", Math.Cosh),
        FunctionSpec.Of("hypot", 2, 2, "hypot(a, b)", "The hypotenuse of a right-angled triangle.", v =>
            v[0].TryGetNumber(out var a) && v[1].TryGetNumber(out var b) ? Value.Of(double.Hypot(a, b)) : Value.Null),
        FunctionSpec.OfNumber("sin", "sin(angle)", "The sine.", Math.Sin),
        FunctionSpec.OfNumber("sinh", "sinh(number)", "The hyperbolic sine.", Math.Sinh),
        FunctionSpec.OfNumber("tan", "tan(angle)", "The tangent.", Math.Tan),
        FunctionSpec.OfNumber("tanh", "tanh(number)", "The hyperbolic tangent.", Math.Tanh),
    ];
}
