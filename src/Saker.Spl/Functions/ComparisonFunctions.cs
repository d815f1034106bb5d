using System.Net;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

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
            Pairs = 0,
            Compile = (call, compiler) =>
            {
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
        new("validate", 2, FunctionSpec.Any, "validate(condition, value, …)", "The value after the first condition that is not true; null if all are.")
        {
            Pairs = 0,
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                return row =>
                {
                    for (var i = 0; i < arguments.Length; i += 2)
                    {
                        if (!EvalCompiler.IsTrue(arguments[i](row)))
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
        FunctionSpec.Condition("in", 2, FunctionSpec.Any, "in(value, candidate, …)", "Whether the value equals one of the candidates.", v =>
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
        FunctionSpec.Of("nullif", 2, 2, "nullif(a, b)", "Null if both are equal, else the first.", v =>
            v[0].IsNull || v[1].IsNull ? v[0] : (v[0].IsMulti || v[1].IsMulti ? v[0] == v[1] : EvalCompiler.Compare(v[0], v[1]) == 0) ? Value.Null : v[0]),
        new("like", 2, 2, "like(text, pattern)", "Whether the text matches a pattern in which % is any run of characters and _ any one.")
        {
            IsCondition = true,
            Compile = (call, compiler) => compiler.Like(call.Arguments[0], call.Arguments[1]),
        },
        new("match", 2, 2, "match(text, regex)", "Whether the regular expression matches somewhere in the text.")
        {
            IsCondition = true,
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
        FunctionSpec.Condition("cidrmatch", 2, 2, "cidrmatch(cidr, address)", "Whether an address lies in the CIDR range.", v =>
            v[0].IsNull || v[1].IsNull ? Value.Null : Value.Of(v[1].Values.ToArray().Any(address => InRange(v[0].First.Text, address.Text)))),
        new("searchmatch", 1, 1, "searchmatch(\"search expression\")", "Whether the row matches an expression of the search command.")
        {
            IsCondition = true,
            Compile = (call, compiler) =>
            {
                var predicate = SearchPredicate.Compile(SearchOf(call, compiler), compiler.Fields);
                return row => Value.Of(predicate(row));
            },
        },
        FunctionSpec.Condition("true", 0, 0, "true()", "True.", _ => Value.True),
        FunctionSpec.Condition("false", 0, 0, "false()", "False.", _ => Value.False),
        FunctionSpec.Of("null", 0, 0, "null()", "No value.", _ => Value.Null),
    ];

    /// <summary>The search expression in a call of searchmatch; null where it is no literal or cannot be read.</summary>
    internal static SearchExpression? SearchIn(EvalCall call)
    {
        try
        {
            return call.Arguments is [EvalLiteral { Value.Kind: ValueKind.Text } text]
                && PipelineParser.Parse("search " + text.Value.Text) is { Commands: [Search { Pipelines: var inner } search] } && !inner.Any()
                ? search.Expression
                : null;
        }
        catch (SplException)
        {
            return null;
        }
    }

    private static SearchExpression SearchOf(EvalCall call, EvalCompiler compiler) =>
        SearchIn(call) ?? throw compiler.Fail("SPL0138", "searchmatch takes one text with a search expression, without pipes and subsearches", call.Span, "write searchmatch(\"verb=create pods\")");

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

        if (!cidr.Contains('/'))
        {
            return IPAddress.TryParse(cidr, out var single) && single.Equals(ip);
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
