using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Functions;

/// <summary>
/// JSON functions. A JSON value is text; an argument that is text of a JSON object or array goes in as such, a field that reads as a
/// number as a number, a text literal as text.
/// </summary>
internal static class JsonFunctions
{
    public static IEnumerable<FunctionSpec> All =>
    [
        OfTrees("json_object", 0, FunctionSpec.Any, "json_object(key, value, …)", "An object of keys and values.", MakeObject) with { Pairs = 0 },
        OfTrees("json_array", 0, FunctionSpec.Any, "json_array(value, …)", "An array of values.", (_, trees) => Text(JsonTree.Array(trees))),
        FunctionSpec.Of("json", 1, 1, "json(value)", "The value if it is JSON, else null.", v => JsonTree.Parse(v[0].Text) is null ? Value.Null : v[0]),
        FunctionSpec.Of("json_valid", 1, 1, "json_valid(text)", "Whether the text is JSON.", v => v[0].IsNull ? Value.Null : Value.Of(JsonTree.Parse(v[0].Text) is not null)) with { IsCondition = true },
        FunctionSpec.Of("json_keys", 1, 1, "json_keys(object)", "The object's keys as an array.", v =>
            JsonTree.Parse(v[0].Text) is { Kind: JsonKind.Object } tree ? Text(JsonTree.Array(tree.Members.Select(m => m.Key).Distinct().Select(JsonTree.OfText))) : Value.Null),
        FunctionSpec.Of("json_entries", 1, 1, "json_entries(object)", "The object's members as an array of {\"key\":…,\"value\":…}.", v =>
            JsonTree.Parse(v[0].Text) is { Kind: JsonKind.Object } tree ? Text(JsonTree.Array(tree.Members.Select(Entry))) : Value.Null),
        FunctionSpec.Of("json_has_key_exact", 2, 2, "json_has_key_exact(object, key)", "Whether the object has the key, dots and all.", v =>
            JsonTree.Parse(v[0].Text) is { Kind: JsonKind.Object } tree ? Value.Of(tree.Member(v[1].Text) is not null) : Value.Null) with { IsCondition = true },
        FunctionSpec.Of("json_extract", 1, FunctionSpec.Any, "json_extract(json, path, …)", "The value at a path; for several paths, or a path with {}, an array.", v =>
            Extract(v, (tree, path) => path == "{}" && tree.Kind == JsonKind.Object ? tree : JsonPath.Parse(path) is { IsMany: true } many ? JsonTree.Array(many.Find(tree)) : JsonPath.Parse(path).Find(tree).FirstOrDefault())),
        FunctionSpec.Of("json_extract_exact", 1, FunctionSpec.Any, "json_extract_exact(json, key, …)", "The value of a key, dots and all; for several keys an array.", v =>
            Extract(v, (tree, key) => tree.Member(key))),
        OfTrees("json_set", 3, FunctionSpec.Any, "json_set(json, path, value, …)", "The JSON with values set at paths; missing keys are made.", (v, trees) =>
            Update(v, trees, (tree, path, value) => JsonPath.Parse(path).Change(tree, creates: true, _ => value))) with { Pairs = 1 },
        OfTrees("json_set_exact", 3, FunctionSpec.Any, "json_set_exact(json, key, value, …)", "The object with keys set, dots and all.", (v, trees) => Update(v, trees, SetExact)) with { Pairs = 1 },
        OfTrees("json_append", 3, FunctionSpec.Any, "json_append(json, path, value, …)", "The JSON with values added to the arrays at paths.", (v, trees) =>
            Update(v, trees, (tree, path, value) => JsonPath.Parse(path).Change(tree, creates: false, old => Grown(old, [value])))) with { Pairs = 1 },
        OfTrees("json_extend", 3, FunctionSpec.Any, "json_extend(json, path, array, …)", "The JSON with the elements of arrays added to the arrays at paths.", (v, trees) =>
            Update(v, trees, (tree, path, value) => JsonPath.Parse(path).Change(tree, creates: false, old => Grown(old, value.Kind == JsonKind.Array ? value.Items : [value])))) with { Pairs = 1 },
        FunctionSpec.Of("json_delete", 2, FunctionSpec.Any, "json_delete(object, key, …)", "The object without keys; a.b is a key of a nested object.", Delete),
        FunctionSpec.Of("json_array_to_mv", 1, 2, "json_array_to_mv(array, keep_quotes)", "The array's elements as several values.", v => ToMulti(v[0], v.Length == 2 && EvalCompiler.IsTrue(v[1]))),
        FunctionSpec.Of("mv_to_json_array", 1, 2, "mv_to_json_array(values, infer_types)", "The values as a JSON array, of texts or of what each reads as.", v =>
            v[0].IsNull ? Value.Null : Text(JsonTree.Array(v[0].Values.ToArray().Select(x => v.Length == 2 && EvalCompiler.IsTrue(v[1]) ? Inferred(x) : JsonTree.OfText(x.Text))))),
    ];

    /// <summary>What a value is in JSON; <paramref name="isLiteral"/> text is never taken for a number.</summary>
    internal static JsonTree ToTree(Value value, bool isLiteral) => value.Kind switch
    {
        ValueKind.Null => JsonTree.Null,
        ValueKind.Boolean => JsonTree.OfTruth(value.Truth),
        ValueKind.Multi => JsonTree.Array(value.Values.ToArray().Select(v => ToTree(v, isLiteral))),
        ValueKind.Number => double.IsFinite(value.Number) ? JsonTree.OfNumber(value.Text) : JsonTree.OfText(value.Text),
        _ => JsonTree.ParseContainer(value.Text) ?? (!isLiteral && IsJsonNumber(value) ? JsonTree.OfNumber(value.Text) : JsonTree.OfText(value.Text)),
    };

    /// <summary>The elements of a JSON array as several values; null if it is none.</summary>
    internal static Value ToMulti(Value array, bool keepsQuotes) => JsonTree.Parse(array.Text) is { Kind: JsonKind.Array } tree
        ? Value.OfMany([.. tree.Items.Select(i => keepsQuotes || i.Kind == JsonKind.Null ? Text(i) : i.ToValue())])
        : Value.Null;

    /// <summary>The value read as JSON, its numbers written plainly; null where it is no JSON.</summary>
    internal static JsonTree Inferred(Value value)
    {
        var tree = JsonTree.Parse(value.Text) ?? JsonTree.Null;
        return tree.Kind == JsonKind.Number && NumberText.TryParse(tree.Text, out var number) ? JsonTree.OfNumber(Value.FormatNumber(number)) : tree;
    }

    private static Value Text(JsonTree tree) => Value.Of(Growing.Checked(tree.ToString()));

    private static bool IsJsonNumber(Value value) => value.TryGetNumber(out _) && JsonTree.Parse(value.Text) is { Kind: JsonKind.Number };

    private static FunctionSpec OfTrees(string name, int fewest, int most, string synopsis, string summary, Func<Value[], JsonTree[], Value> compute) =>
        new(name, fewest, most, synopsis, summary)
        {
            Compile = (call, compiler) =>
            {
                var arguments = compiler.CompileAll(call.Arguments);
                var areLiterals = call.Arguments.Select(a => a is EvalLiteral).ToArray();
                return row =>
                {
                    var values = Array.ConvertAll(arguments, a => a(row));
                    return compute(values, [.. values.Select((v, i) => ToTree(v, areLiterals[i]))]);
                };
            },
        };

    private static Value MakeObject(Value[] values, JsonTree[] trees)
    {
        var made = JsonTree.Object();
        for (var i = 0; i + 1 < trees.Length; i += 2)
        {
            made.Set(values[i].Text, trees[i + 1]);
        }

        return Text(made);
    }

    private static JsonTree Entry(KeyValuePair<string, JsonTree> member)
    {
        var entry = JsonTree.Object();
        entry.Set("key", JsonTree.OfText(member.Key));
        entry.Set("value", member.Value);
        return entry;
    }

    private static Value Extract(Value[] v, Func<JsonTree, string, JsonTree?> find)
    {
        if (JsonTree.Parse(v[0].Text) is not { } tree)
        {
            return Value.Null;
        }

        return v.Length switch
        {
            1 => tree.ToValue(),
            2 => find(tree, v[1].Text)?.ToValue() ?? Value.Null,
            _ => Text(JsonTree.Array(v.Skip(1).Select(path => find(tree, path.Text) ?? JsonTree.Null))),
        };
    }

    private static Value Update(Value[] v, JsonTree[] trees, Func<JsonTree, string, JsonTree, JsonTree> change)
    {
        if (JsonTree.ParseContainer(v[0].Text) is not { } tree)
        {
            return Value.Null;
        }

        for (var i = 1; i + 1 < v.Length; i += 2)
        {
            tree = change(tree, v[i].Text, trees[i + 1]);
        }

        return Text(tree);
    }

    private static JsonTree SetExact(JsonTree tree, string key, JsonTree value)
    {
        if (tree.Kind == JsonKind.Object)
        {
            tree.Set(key, value);
        }

        return tree;
    }

    private static JsonTree? Grown(JsonTree? old, IEnumerable<JsonTree> added) =>
        old is null ? null : JsonTree.Array((old.Kind == JsonKind.Array ? old.Items : [old]).Concat(added));

    private static Value Delete(Value[] v)
    {
        if (JsonTree.Parse(v[0].Text) is not { Kind: JsonKind.Object } tree)
        {
            return Value.Null;
        }

        foreach (var keys in v.Skip(1))
        {
            var listed = JsonTree.ParseContainer(keys.Text) is { Kind: JsonKind.Array } array ? array.Items.Select(i => i.Text) : keys.Values.ToArray().Select(k => k.Text);
            foreach (var key in listed)
            {
                tree = JsonPath.Parse(key).Change(tree, creates: false, _ => null);
            }
        }

        return Text(tree);
    }
}
