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
            Compile = (_, compiler) =>
            {
                var value = Value.Of(Epoch(compiler.Now));
                return _ => value;
            },
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
        OfFormat("strftime", "strftime(time, format)", "A time as text, by a format such as %Y-%m-%dT%H:%M:%S.%3N%z.", (time, format, compiler) =>
            time.TryGetNumber(out var epoch) ? Value.Of(format.Format(epoch, compiler.Zone)) : Value.Null),
        OfFormat("strptime", "strptime(text, format)", "The time that a text tells; null if it does not fit the format.", (text, format, compiler) =>
            format.Read(text.Text, compiler.Now, compiler.Zone) is { } epoch ? Value.Of(epoch) : Value.Null),
    ];

    private static FunctionSpec OfFormat(string name, string synopsis, string summary, Func<Value, TimeFormat, EvalCompiler, Value> compute) => new(name, 2, 2, synopsis, summary)
    {
        IsConstant = false,
        Compile = (call, compiler) =>
        {
            var (argument, format) = (compiler.Compile(call.Arguments[0]), compiler.Compile(call.Arguments[1]));
            var (text, parsed) = ("", TimeFormat.Parse(""));
            return row =>
            {
                var (value, wanted) = (argument(row), format(row));
                if (value.IsNull || wanted.IsNull)
                {
                    return Value.Null;
                }

                if (wanted.Text != text)
                {
                    (text, parsed) = (wanted.Text, TimeFormat.Parse(wanted.Text));
                }

                return Value.OfMany([.. value.Values.ToArray().Select(v => compute(v, parsed, compiler)).Where(v => !v.IsNull)]);
            };
        },
    };

    internal static DateTimeOffset FromEpoch(double epoch) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(Math.Clamp(epoch, -62e9, 253e9) * 1e6) * 10);

    internal static double Epoch(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10 / 1e6;

    private static Evaluator Constant(DateTimeOffset now)
    {
        var value = Value.Of(Math.Floor(Epoch(now)));
        return _ => value;
    }
}
