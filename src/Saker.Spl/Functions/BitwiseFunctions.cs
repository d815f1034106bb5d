using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Functions on the bits of integers from 0 to 2^53-1.</summary>
internal static class BitwiseFunctions
{
    private const long Largest = (1L << 53) - 1;

    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("bit_and", 2, FunctionSpec.Any, "bit_and(number, number, …)", "The bits that all numbers have.", v => Fold(v, (a, b) => a & b)),
        FunctionSpec.Of("bit_or", 2, FunctionSpec.Any, "bit_or(number, number, …)", "The bits that any number has.", v => Fold(v, (a, b) => a | b)),
        FunctionSpec.Of("bit_xor", 2, FunctionSpec.Any, "bit_xor(number, number, …)", "The bits that differ.", v => Fold(v, (a, b) => a ^ b)),
        FunctionSpec.Of("bit_not", 1, 2, "bit_not(number, mask)", "Every bit turned over, of those in the mask.", v =>
            Bits(v[0]) is { } bits && (v.Length == 1 ? Largest : Bits(v[1])) is { } mask ? Value.Of(~bits & mask) : Value.Null),
        FunctionSpec.Of("bit_shift_left", 2, 2, "bit_shift_left(number, places)", "The bits moved to the left; those past the 53rd are lost.", v =>
            Bits(v[0]) is { } bits && Bits(v[1]) is { } places ? Value.Of(places > 53 ? 0 : (bits << (int)places) & Largest) : Value.Null),
        FunctionSpec.Of("bit_shift_right", 2, 2, "bit_shift_right(number, places)", "The bits moved to the right.", v =>
            Bits(v[0]) is { } bits && Bits(v[1]) is { } places ? Value.Of(places > 53 ? 0 : bits >> (int)places) : Value.Null),
    ];

    private static long? Bits(Value value) => value.TryGetNumber(out var number) && number is >= 0 and <= Largest && number == Math.Floor(number) ? (long)number : null;

    private static Value Fold(Value[] values, Func<long, long, long> combine)
    {
        long? result = null;
        foreach (var value in values)
        {
            if (Bits(value) is not { } bits)
            {
                return Value.Null;
            }

            result = result is { } before ? combine(before, bits) : bits;
        }

        return Value.Of(result!.Value);
    }
}
