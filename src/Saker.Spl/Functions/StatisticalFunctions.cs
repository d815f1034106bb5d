using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Statistics over the arguments of one row; each argument may have several values.</summary>
internal static class StatisticalFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("max", 1, FunctionSpec.Any, "max(value, …)", "The largest; any text is larger than any number.", v => Extreme(v, 1)),
        FunctionSpec.Of("min", 1, FunctionSpec.Any, "min(value, …)", "The smallest; any number is smaller than any text.", v => Extreme(v, -1)),
        FunctionSpec.Of("avg", 1, FunctionSpec.Any, "avg(value, …)", "The mean of the numbers among the values.", v => Numbers(v) is { Count: > 0 } n ? Value.Of(n.Sum() / n.Count) : Value.Null),
        FunctionSpec.Of("sum", 1, FunctionSpec.Any, "sum(value, …)", "The sum of the numbers among the values.", v => Numbers(v) is { Count: > 0 } n ? Value.Of(n.Sum()) : Value.Null),
        FunctionSpec.Of("random", 0, 0, "random()", "An integer from 0 to 2147483647.", _ => Value.Of(Random.Shared.NextInt64(1L << 31))) with { IsConstant = false },
    ];

    private static List<double> Numbers(Value[] arguments)
    {
        var numbers = new List<double>();
        foreach (var argument in arguments)
        {
            foreach (var value in argument.Values)
            {
                if (value.TryGetNumber(out var number))
                {
                    numbers.Add(number);
                }
            }
        }

        return numbers;
    }

    private static Value Extreme(Value[] arguments, int sign)
    {
        var best = Value.Null;
        foreach (var argument in arguments)
        {
            foreach (var value in argument.Values)
            {
                best = best.IsNull || sign * ValueOrder.Instance.Compare(value, best) > 0 ? value : best;
            }
        }

        return best;
    }
}
