using Saker.Spl.Execution;

namespace Saker.Spl.Functions;

/// <summary>Functions over several values.</summary>
internal static class MultivalueFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        FunctionSpec.Of("mvcount", 1, 1, "mvcount(values)", "How many values; null if none.", v => v[0].IsNull ? Value.Null : Value.Of(v[0].Count)),
        FunctionSpec.Of("mvjoin", 2, 2, "mvjoin(values, delimiter)", "One text of all values.", v =>
            v[0].IsNull ? Value.Null : Value.Of(string.Join(v[1].Text, v[0].Values.ToArray().Select(x => x.Text)))),
        FunctionSpec.Of("split", 2, 2, "split(text, delimiter)", "The parts of a text as several values.", v =>
            v[0].IsNull || v[1].IsNull ? Value.Null : Value.OfMany([.. Split(v[0].Text, v[1].Text).Select(x => Value.Of(x))])),
    ];

    private static IEnumerable<string> Split(string text, string delimiter) =>
        delimiter.Length == 0 ? text.Select(c => c.ToString()) : text.Split(delimiter);
}
