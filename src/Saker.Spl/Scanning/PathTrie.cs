using System.Text;

namespace Saker.Spl.Scanning;

/// <summary>
/// The field names that a search reads, as a tree over the bytes of their names: <c>sourceIPs{}</c>, <c>user.groups{}</c>,
/// <c>requestObject.spec.containers{}.image</c>. A key with dots takes the same way as the path of the same text.
/// </summary>
public sealed class PathTrie
{
    private byte[] keys = [];
    private PathTrie[] children = [];

    /// <summary>The slot of the name that ends here, or -1.</summary>
    public int Slot { get; private set; } = -1;

    public bool HasChildren => keys.Length > 0;

    /// <summary>How many nodes the names have made.</summary>
    internal int Count { get; private set; }

    /// <summary>How many bytes the longest name has.</summary>
    internal int Depth { get; private set; }

    /// <summary>The next bytes.</summary>
    internal ReadOnlySpan<byte> Keys => keys;

    /// <summary>What each of them leads to.</summary>
    internal ReadOnlySpan<PathTrie> Children => children;

    public void Add(string name, int slot)
    {
        var node = this;
        var bytes = Encoding.UTF8.GetBytes(name);
        Count += bytes.Length;
        Depth = Math.Max(Depth, bytes.Length);
        foreach (var c in bytes)
        {
            node = node.ChildOrNew(c);
        }

        node.Slot = slot;
    }

    /// <summary>The node after these bytes, or null.</summary>
    public PathTrie? Walk(ReadOnlySpan<byte> bytes)
    {
        var node = this;
        foreach (var c in bytes)
        {
            node = node.Child(c);
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    public PathTrie? Child(byte c)
    {
        var index = keys.AsSpan().IndexOf(c);
        return index < 0 ? null : children[index];
    }

    private PathTrie ChildOrNew(byte c)
    {
        if (Child(c) is { } child)
        {
            return child;
        }

        child = new PathTrie();
        keys = [.. keys, c];
        children = [.. children, child];
        return child;
    }
}
