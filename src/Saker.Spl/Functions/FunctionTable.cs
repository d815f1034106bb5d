namespace Saker.Spl.Functions;

/// <summary>Every eval function. The parser, help and the reference pages read this table.</summary>
public static class FunctionTable
{
    private static readonly Dictionary<string, FunctionSpec> Specs =
        new IEnumerable<FunctionSpec>[]
        {
            ComparisonFunctions.All,
            ConversionFunctions.All,
            InformationalFunctions.All,
            MathematicalFunctions.All,
            MultivalueFunctions.All,
            TextFunctions.All,
            TimeFunctions.All,
        }.SelectMany(family => family).ToDictionary(spec => spec.Name, StringComparer.Ordinal);

    public static IEnumerable<FunctionSpec> All => Specs.Values;

    /// <summary>The function of this lower-case name, or null.</summary>
    public static FunctionSpec? Find(string name) => Specs.GetValueOrDefault(name);
}
