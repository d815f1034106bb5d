using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>Date and time functions. Times are epoch seconds.</summary>
internal static class TimeFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        new("now", 0, 0, "now()", "The time of the search: the window's scheduled time, or --now.")
        {
            IsConstant = false,
            Compile = (_, compiler) => Constant(compiler.Now),
        },
        new("time", 0, 0, "time()", "The time of the search, with its fraction.")
        {
            IsConstant = false,
            Compile = (_, compiler) => Constant(compiler.Now),
        },
        new("relative_time", 2, 2, "relative_time(time, modifier)", "A time moved by a modifier such as -1d@d.")
        {
            IsConstant = false,
            Compile = (call, compiler) =>
            {
                var (time, modifier) = (compiler.Compile(call.Arguments[0]), compiler.Compile(call.Arguments[1]));
                return row => time(row).TryGetNumber(out var epoch) && TimeModifier.TryParse(modifier(row).Text, out var move)
                    ? Value.Of(Epoch(move.Resolve(FromEpoch(epoch), compiler.Zone)))
                    : Value.Null;
            },
        },
    ];

    internal static DateTimeOffset FromEpoch(double epoch) => DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(epoch, -62e9, 253e9) * 1e6) * 10);

    internal static double Epoch(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10 / 1e6;

    private static Evaluator Constant(DateTimeOffset now)
    {
        var value = Value.Of(Math.Floor(Epoch(now)));
        return _ => value;
    }
}
