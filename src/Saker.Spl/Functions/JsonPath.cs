using System.Globalization;

namespace Saker.Spl.Functions;

/// <summary>A path as Splunk writes it: <c>spec.containers{}.image</c>, <c>cities{0}.name</c>; <c>{}</c> is every element.</summary>
internal sealed class JsonPath
{
    private readonly List<Step> steps = [];

    private JsonPath(string text)
    {
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            var close = c == '{' ? text.IndexOf('}', i) : -1;
            if (close > 0 && (close == i + 1 || int.TryParse(text.AsSpan(i + 1, close - i - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            {
                steps.Add(close == i + 1 ? new Step(null, null) : new Step(null, int.Parse(text.AsSpan(i + 1, close - i - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)));
                i = close + 1;
                continue;
            }

            if (c == '.')
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < text.Length && text[end] is not ('.' or '{'))
            {
                end++;
            }

            steps.Add(new Step(text[i..end], null));
            i = end;
        }
    }

    /// <summary>Whether the path may lead to several values.</summary>
    public bool IsMany => steps.Exists(s => s.IsEvery);

    public static JsonPath Parse(string text) => new(text);

    /// <summary>All values that the path leads to.</summary>
    public List<JsonTree> Find(JsonTree root)
    {
        List<JsonTree> found = [root];
        foreach (var step in steps)
        {
            found = [.. found.SelectMany(step.From)];
        }

        return found;
    }

    /// <summary>Puts what <paramref name="change"/> makes of each value in its place. Missing keys are made if asked for; where the path does not fit, nothing happens.</summary>
    public JsonTree Change(JsonTree root, bool creates, Func<JsonTree?, JsonTree?> change) => Change(root, 0, creates, change) ?? root;

    private JsonTree? Change(JsonTree? node, int index, bool creates, Func<JsonTree?, JsonTree?> change)
    {
        if (index == steps.Count)
        {
            return change(node);
        }

        var step = steps[index];
        if (node is null)
        {
            if (!creates || step.Key is null)
            {
                return null;
            }

            node = JsonTree.Object();
        }

        if (step.Key is { } key)
        {
            if (node.Kind == JsonKind.Object)
            {
                var member = node.Member(key);
                var changed = Change(member, index + 1, creates, change);
                if (changed is not null)
                {
                    node.Set(key, changed);
                }
                else if (member is not null && index + 1 == steps.Count)
                {
                    node.Members.RemoveAll(m => m.Key == key);
                }
            }

            return node;
        }

        for (var i = 0; node.Kind == JsonKind.Array && i < node.Items.Count; i++)
        {
            if (step.IsEvery || i == step.Place(node.Items.Count))
            {
                node.Items[i] = Change(node.Items[i], index + 1, creates, change) ?? node.Items[i];
            }
        }

        return node;
    }

    private sealed record Step(string? Key, int? Index)
    {
        public bool IsEvery => Key is null && Index is null;

        public int Place(int count) => Index < 0 ? count + Index.Value : Index ?? 0;

        public IEnumerable<JsonTree> From(JsonTree node)
        {
            if (Key is not null)
            {
                return node.Kind == JsonKind.Object && node.Member(Key) is { } member ? [member] : [];
            }

            if (node.Kind != JsonKind.Array)
            {
                return IsEvery && node.Kind == JsonKind.Object ? [node] : [];
            }

            return IsEvery ? node.Items : Place(node.Items.Count) is var place && place >= 0 && place < node.Items.Count ? [node.Items[place]] : [];
        }
    }
}
