using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Functions;

/// <summary>Computes a value from a row.</summary>
public delegate Value Evaluator(Row row);

/// <summary>An eval function's entry in the table: what the parser checks, what help prints, how it is compiled.</summary>
public sealed record FunctionSpec(string Name, int FewestArguments, int MostArguments, string Synopsis, string Summary)
{
    /// <summary>For functions with as many arguments as one likes.</summary>
    public const int Any = 255;

    /// <summary>Makes the evaluator of a call. The compiler gives the evaluators of the arguments.</summary>
    public required Func<EvalCall, EvalCompiler, Evaluator> Compile { get; init; }

    /// <summary>Whether the same arguments always give the same value; <c>random()</c> and <c>now()</c> do not.</summary>
    public bool IsConstant { get; init; } = true;

    /// <summary>Whether the result is a truth value, which <c>eval</c> cannot assign to a field.</summary>
    public bool IsCondition { get; init; }

    /// <summary>Where the arguments come in pairs: how many stand before the first pair. Else -1.</summary>
    public int Pairs { get; init; } = -1;

    /// <summary>Whether that many arguments may be given.</summary>
    public bool Takes(int count) => count >= FewestArguments && count <= MostArguments && (Pairs < 0 || (count - Pairs) % 2 == 0);

    public string ArgumentsText => (FewestArguments, MostArguments) switch
    {
        _ when Pairs == 0 => "pairs of arguments",
        _ when Pairs > 0 => $"{Counted.Of(Pairs, "argument")} and then pairs",
        (0, 0) => "no arguments",
        (1, 1) => "1 argument",
        var (few, most) when few == most => $"{few} arguments",
        (var few, Any) => $"at least {Counted.Of(few, "argument")}",
        var (few, most) => $"{few} to {most} arguments",
    };

    /// <summary>A function of its arguments' values alone.</summary>
    public static FunctionSpec Of(string name, int fewest, int most, string synopsis, string summary, Func<Value[], Value> compute) =>
        new(name, fewest, most, synopsis, summary)
        {
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                return row =>
                {
                    var values = new Value[arguments.Length];
                    for (var i = 0; i < values.Length; i++)
                    {
                        values[i] = arguments[i](row);
                    }

                    return compute(values);
                };
            },
        };

    /// <summary>A function of one text; null and multivalue go in as they are mapped: null gives null, each value is taken on its own.</summary>
    public static FunctionSpec OfText(string name, string synopsis, string summary, Func<string, Value> compute) =>
        Of(name, 1, 1, synopsis, summary, v => v[0].IsMulti ? Value.OfMany(Array.ConvertAll(v[0].Values.ToArray(), x => compute(x.Text))) : v[0].IsNull ? Value.Null : compute(v[0].Text));

    /// <summary>A function of each value: a multivalue gives as many values, null gives null.</summary>
    public static FunctionSpec OfEach(string name, int fewest, int most, string synopsis, string summary, Func<Value, Value[], Value> compute) =>
        Of(name, fewest, most, synopsis, summary, v => v[0].IsNull ? Value.Null
            : v[0].IsMulti ? Value.OfMany([.. v[0].Values.ToArray().Select(x => compute(x, v)).Where(x => !x.IsNull)]) : compute(v[0], v));

    /// <summary>A function that is true or false of its arguments.</summary>
    public static FunctionSpec Condition(string name, int fewest, int most, string synopsis, string summary, Func<Value[], Value> compute) =>
        Of(name, fewest, most, synopsis, summary, compute) with { IsCondition = true };

    /// <summary>A function of one number; what is no number gives null.</summary>
    public static FunctionSpec OfNumber(string name, string synopsis, string summary, Func<double, double> compute) =>
        Of(name, 1, 1, synopsis, summary, v => v[0].TryGetNumber(out var number) ? Value.Of(compute(number)) : Value.Null);
}
