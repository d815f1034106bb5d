using System.Net;
using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Comparison and conditional functions.</summary>
internal static class ComparisonFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        new("if", 3, 3, "if(condition, then, else)", "The second argument if the first is true, else the third.")
        {
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                return row => EvalCompiler.IsTrue(arguments[0](row)) ? arguments[1](row) : arguments[2](row);
            },
        },
        new("case", 2, FunctionSpec.Any, "case(condition, value, …)", "The value after the first condition that is true; null if none is.")
        {
            Compile = (call, compiler) =>
            {
                if (call.Arguments.Count % 2 != 0)
                {
                    throw compiler.Fail("SPL0134", "case takes pairs of a condition and a value", call.Span);
                }

                var arguments = compiler.CompileAll(call.Arguments);
                return row =>
                {
                    for (var i = 0; i < arguments.Length; i += 2)
                    {
                        if (EvalCompiler.IsTrue(arguments[i](row)))
                        {
                            return arguments[i + 1](row);
                        }
                    }

                    return Value.Null;
                };
            },
        },
        new("coalesce", 1, FunctionSpec.Any, "coalesce(value, …)", "The first argument that is not null.")
        {
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                return row =>
                {
                    foreach (var argument in arguments)
                    {
                        var value = argument(row);
                        if (!value.IsNull)
                        {
                            return value;
                        }
                    }

                    return Value.Null;
                };
            },
        },
        FunctionSpec.Of("in", 2, FunctionSpec.Any, "in(value, candidate, …)", "Whether the value equals one of the candidates.", v =>
        {
            if (v[0].IsNull)
            {
                return Value.Null;
            }

            foreach (var candidate in v.AsSpan(1))
            {
                foreach (var value in v[0].Values)
                {
                    if (!candidate.IsNull && EvalCompiler.Compare(value, candidate) == 0)
                    {
                        return Value.True;
                    }
                }
            }

            return Value.False;
        }),
        FunctionSpec.Of("nullif", 2, 2, "nullif(a, b)", "Null if both are equal, else the first.", v => v[0] == v[1] ? Value.Null : v[0]),
        new("like", 2, 2, "like(text, pattern)", "Whether the text matches a pattern in which % is any run of characters and _ any one.")
        {
            Compile = (call, compiler) => compiler.Like(call.Arguments[0], call.Arguments[1]),
        },
        new("match", 2, 2, "match(text, regex)", "Whether the regular expression matches somewhere in the text.")
        {
            Compile = (call, compiler) =>
            {
                var text = compiler.Compile(call.Arguments[0]);
                var regex = compiler.Regex(call.Arguments[1]);
                return row =>
                {
                    var value = text(row);
                    if (value.IsNull || regex(row) is not { } expression)
                    {
                        return Value.Null;
                    }

                    foreach (var single in value.Values)
                    {
                        if (expression.IsMatch(single.Text))
                        {
                            return Value.True;
                        }
                    }

                    return Value.False;
                };
            },
        },
        FunctionSpec.Of("cidrmatch", 2, 2, "cidrmatch(cidr, address)", "Whether the address lies in the CIDR range.", v =>
            v[0].IsNull || v[1].IsNull ? Value.Null : Value.Of(InRange(v[0].Text, v[1].Text))),
        FunctionSpec.Of("true", 0, 0, "true()", "True.", _ => Value.True),
        FunctionSpec.Of("false", 0, 0, "false()", "False.", _ => Value.False),
    ];

    private static bool InRange(string cidr, string address)
    {
        if (!IPAddress.TryParse(address, out var ip))
        {
            return false;
        }

        if (IPNetwork.TryParse(cidr, out var network))
        {
            return network.Contains(ip);
        }

        // A range whose address has bits below its mask ("10.1.2.3/8") is meant as the range it lies in.
        var slash = cidr.IndexOf('/');
        return slash > 0 && IPAddress.TryParse(cidr[..slash], out var start) && int.TryParse(cidr[(slash + 1)..], out var length)
            && start.AddressFamily == ip.AddressFamily && SamePrefix(start.GetAddressBytes(), ip.GetAddressBytes(), length);
    }

    private static bool SamePrefix(byte[] a, byte[] b, int length)
    {
        for (var bit = 0; bit < length && bit < a.Length * 8; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if (((a[bit / 8] ^ b[bit / 8]) & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
