namespace Saker.Spl.Functions;

/// <summary>Every eval function. The parser, help and the reference pages read this table.</summary>
public static class FunctionTable
{
    private static readonly Dictionary<string, FunctionSpec> Specs =
        new IEnumerable<FunctionSpec>[]
        {
            BitwiseFunctions.All,
            ComparisonFunctions.All,
            ConversionFunctions.All,
            CryptographicFunctions.All,
            InformationalFunctions.All,
            JsonFunctions.All,
            LookupFunction.All,
            MathematicalFunctions.All,
            MultivalueFunctions.All,
            StatisticalFunctions.All,
            TextFunctions.All,
            TimeFunctions.All,
            TrigonometricFunctions.All,
        }.SelectMany(family => family).ToDictionary(spec => spec.Name, StringComparer.Ordinal);

    // What Splunk or people's habits from SQL and SPL2 have besides, and what to write here.
    private static readonly Dictionary<string, string> Alternatives = new(StringComparer.Ordinal)
    {
        ["count"] = "use `stats count`, or mvcount(values) for a multivalue",
        ["dc"] = "use `stats dc(field)`, or mvcount(mvdedup(values)) for a multivalue",
        ["values"] = "use `stats values(field)`",
        ["list"] = "use `stats list(field)`",
        ["concat"] = "write a . b",
        ["length"] = "use len(text)",
        ["substring"] = "use substr(text, start, length)",
        ["ifnull"] = "use coalesce(value, …)",
        ["isnan"] = "use isnum(value)",
        ["contains"] = "use like(text, \"%part%\") or match(text, \"part\")",
        ["regex"] = "use match(text, \"regex\")",
        ["rex"] = "use the command `rex`, or replace(text, \"regex\", \"\\1\")",
        ["date"] = "use strftime(_time, \"%F\")",
        ["to_date"] = "use strptime(text, \"%F\")",
        ["tojson"] = "use json_object(key, value, …)",
        ["json_table"] = "use spath",
        ["mod"] = "write a % b",
        ["power"] = "use pow(number, exponent)",
    };

    public static IEnumerable<FunctionSpec> All => Specs.Values;

    /// <summary>The function of this lower-case name, or null.</summary>
    public static FunctionSpec? Find(string name) => Specs.GetValueOrDefault(name);

    /// <summary>Names of functions that are not here, but for which it is known what to write.</summary>
    public static IEnumerable<string> Elsewhere => Alternatives.Keys;

    /// <summary>What to write in place of a function that is not here, if that is known.</summary>
    public static string? Alternative(string name) => Alternatives.GetValueOrDefault(name);
}
