using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>Functions over several values. One value counts as a list of one; null as none.</summary>
internal static class MultivalueFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("mvcount", 1, 1, "mvcount(values)", "How many values; null if none.", v => v[0].IsNull ? Value.Null : Value.Of(v[0].Count)),
        FunctionSpec.Of("mvappend", 1, FunctionSpec.Any, "mvappend(value, …)", "All values of all arguments.", Append),
        FunctionSpec.Of("mvjoin", 2, 2, "mvjoin(values, delimiter)", "One text of all values.", Join),
        FunctionSpec.Of("mvdedup", 1, 1, "mvdedup(values)", "The values without repetitions.", v => Value.OfMany([.. v[0].Values.ToArray().Distinct()])),
        FunctionSpec.Of("mvsort", 1, 1, "mvsort(values)", "The values sorted by text.", v => Value.OfMany([.. v[0].Values.ToArray().OrderBy(x => x.Text, StringComparer.Ordinal)])),
        FunctionSpec.Of("mvreverse", 1, 1, "mvreverse(values)", "The values in reverse.", v => Value.OfMany([.. v[0].Values.ToArray().Reverse()])),
        FunctionSpec.Of("mvindex", 2, 3, "mvindex(values, start, end)", "One value, or those from start to end; the first is 0, the last -1.", Slice),
        FunctionSpec.Of("mvzip", 2, 3, "mvzip(values, values, delimiter)", "The first values joined, the second values, and so on.", Zip),
        new("mvrange", 2, 3, "mvrange(start, end, step)", "Numbers from start up to, but without, end; a step such as \"1d\" is a span of time.") { Compile = CompileRange },
        new("mvfind", 2, 2, "mvfind(values, regex)", "The index of the first value that the regular expression matches.") { Compile = CompileFind },
        new("mvfilter", 1, 1, "mvfilter(condition)", "The values of the one field in the condition for which it is true.") { Compile = CompileFilter },
        new("mvmap", 2, 2, "mvmap(values, expression)", "What the expression gives for each value of the field.") { Compile = CompileMap },
        FunctionSpec.OfEach("split", 2, 2, "split(text, delimiter)", "The parts of a text as several values; its characters if the delimiter is empty.", (text, v) =>
            v[1].IsNull ? Value.Null : Split(text.Text, v[1].Text)),
        FunctionSpec.Of("commands", 1, 1, "commands(search)", "The commands that a search uses.", v => v[0].IsNull ? Value.Null : Commands(v[0].Text)),
    ];

    private static Value Append(Value[] arguments)
    {
        Growing.CheckValues(arguments.Sum(a => (long)a.Count));
        return Value.OfMany([.. arguments.SelectMany(a => a.Values.ToArray())]);
    }

    private static Value Join(Value[] v)
    {
        if (v[0].IsNull || v[1].IsNull)
        {
            return Value.Null;
        }

        var texts = v[0].Values.ToArray().Select(x => x.Text).ToList();
        Growing.CheckText(texts.Sum(t => (long)t.Length + v[1].Text.Length));
        return Value.Of(string.Join(v[1].Text, texts));
    }

    private static Value Slice(Value[] v)
    {
        if (!v[1].TryGetNumber(out var start) || !v[^1].TryGetNumber(out var end))
        {
            return Value.Null;
        }

        var values = v[0].Values;
        var from = start < 0 ? values.Length + start : start;
        var to = end < 0 ? values.Length + end : end;
        if (from < 0 || from >= values.Length || to < from || (v.Length == 2 && from != Math.Floor(from)))
        {
            return Value.Null;
        }

        return Value.OfMany(values[(int)from..((int)Math.Min(to, values.Length - 1) + 1)].ToArray());
    }

    private static Value Zip(Value[] v)
    {
        var delimiter = v.Length == 3 ? v[2].Text : ",";
        return Value.OfMany([.. v[0].Values.ToArray().Zip(v[1].Values.ToArray(), (a, b) => Value.Of(a.Text + delimiter + b.Text))]);
    }

    private static Value Split(string text, string delimiter)
    {
        var parts = delimiter.Length == 0 ? [.. text.EnumerateRunes().Select(r => r.ToString())] : text.Split(delimiter);
        Growing.CheckValues(parts.Length);
        return Value.OfMany(Array.ConvertAll(parts, Value.Of));
    }

    private static Evaluator CompileRange(EvalCall call, EvalCompiler compiler)
    {
        var arguments = compiler.CompileAll(call.Arguments);
        return row =>
        {
            if (!arguments[0](row).TryGetNumber(out var start) || !arguments[1](row).TryGetNumber(out var end))
            {
                return Value.Null;
            }

            var step = arguments.Length == 3 ? arguments[2](row) : Value.Of(1);
            if (step.TryGetNumber(out var by))
            {
                return Range(start, end, i => start + (i * by), by);
            }

            return TimeSpanText.TryParse(step.Text, out var span) && span.Seconds > 0
                ? Range(start, end, i => Move(start, i, span, compiler.Zone), span.Seconds)
                : Value.Null;
        };
    }

    private static Value Range(double start, double end, Func<long, double> at, double step)
    {
        if (step == 0)
        {
            return Value.Null;
        }

        Growing.CheckValues((long)Math.Clamp((end - start) / step, 0, 1e9));
        var values = new List<Value>();
        for (long i = 0; at(i) is var next && (step > 0 ? next < end : next > end); i++)
        {
            values.Add(Value.Of(next));
        }

        return Value.OfMany(values);
    }

    // Days and weeks keep the time of day where clocks are changed.
    private static double Move(double start, long steps, TimeSpanText span, TimeZoneInfo zone)
    {
        if (span.Unit is not ("d" or "w"))
        {
            return start + (steps * span.Seconds);
        }

        var local = TimeZoneInfo.ConvertTime(TimeFunctions.FromEpoch(start), zone).DateTime.AddDays(steps * span.Seconds / 86400);
        return TimeFunctions.Epoch(new DateTimeOffset(local, zone.GetUtcOffset(local)));
    }

    private static Evaluator CompileFind(EvalCall call, EvalCompiler compiler)
    {
        var values = compiler.Compile(call.Arguments[0]);
        var regex = compiler.Regex(call.Arguments[1]);
        return row =>
        {
            if (regex(row) is not { } expression)
            {
                return Value.Null;
            }

            var all = values(row).Values;
            for (var i = 0; i < all.Length; i++)
            {
                if (expression.IsMatch(all[i].Text))
                {
                    return Value.Of(i);
                }
            }

            return Value.Null;
        };
    }

    private static Evaluator CompileFilter(EvalCall call, EvalCompiler compiler)
    {
        var fields = call.Arguments[0].FieldsRead().ToList();
        if (fields.Count != 1)
        {
            throw compiler.Fail("SPL0139", $"the condition of mvfilter reads {(fields.Count == 0 ? "no field" : "more than one field")}", call.Span, "mvfilter looks at the values of exactly one field");
        }

        var slot = compiler.Fields.Slot(fields[0]);
        var condition = compiler.Compile(call.Arguments[0]);
        return row => ForEach(row, slot, row[slot], single => EvalCompiler.IsTrue(condition(row)) ? single : Value.Null);
    }

    private static Evaluator CompileMap(EvalCall call, EvalCompiler compiler)
    {
        if (call.Arguments[0].FieldsRead().FirstOrDefault() is not { } field)
        {
            throw compiler.Fail("SPL0139", "the first argument of mvmap has no field", call.Arguments[0].Span, "write mvmap(field, expression of field)");
        }

        var slot = compiler.Fields.Slot(field);
        var (values, expression) = (compiler.Compile(call.Arguments[0]), compiler.Compile(call.Arguments[1]));
        return row => ForEach(row, slot, values(row), _ => expression(row));
    }

    /// <summary>Puts each value into the field in turn, and gathers what comes of it.</summary>
    private static Value ForEach(Row row, int slot, Value values, Func<Value, Value> compute)
    {
        var before = row[slot];
        var results = new List<Value>();
        try
        {
            foreach (var single in values.Values)
            {
                row[slot] = single;
                results.AddRange(compute(single).Values);
                Growing.CheckValues(results.Count);
            }
        }
        finally
        {
            row[slot] = before;
        }

        return Value.OfMany(results);
    }

    private static Value Commands(string search)
    {
        var names = new List<Value>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= search.Length; i++)
        {
            if (i < search.Length && search[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == search.Length || (search[i] == '|' && !quoted))
            {
                var part = search[start..i].Trim();
                if (part.Length > 0)
                {
                    var word = new string([.. part.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
                    names.Add(Value.Of(start == 0 && !part.StartsWith("search ", StringComparison.OrdinalIgnoreCase) ? "search" : word));
                }

                start = i + 1;
            }
        }

        return Value.OfMany(names);
    }
}
