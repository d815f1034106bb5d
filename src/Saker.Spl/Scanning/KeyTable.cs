using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Spl.Scanning;

/// <summary>
/// The keys of one object that lead to a wanted field, ready to be compared without going through their bytes one by one. A key with dots, or with
/// braces, is there too: <c>{"a.b":1}</c> has the field <c>a.b</c> as <c>{"a":{"b":1}}</c> has.
/// </summary>
internal sealed class KeyTable
{
    private const int LongestByLength = 63;
    private const int LongestName = 500;
    private const int MostSteps = 1 << 16;

    private readonly Entry[][] byLength = new Entry[LongestByLength + 1][];
    private ulong lengths;

    private KeyTable()
    {
    }

    /// <summary>How the keys of such objects mostly follow each other.</summary>
    public KeyOrder Order { get; } = new();

    /// <summary>The table of an object's keys below a node of the trie; null if it would be too large to pay.</summary>
    public static KeyTable? Of(PathTrie node)
    {
        var budget = MostSteps;
        return node.Count > MostSteps / 4 || node.Depth > LongestName ? null : Build(node, ref budget);
    }

    /// <summary>What the value of a key leads to; null if to nothing. The key must hold no escape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldNode? Find(ReadOnlySpan<byte> key) => (lengths >> Math.Min(key.Length, LongestByLength) & 1) == 0 ? null : Compare(key);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private FieldNode? Compare(ReadOnlySpan<byte> key)
    {
        var head = Head(key);
        foreach (ref readonly var entry in byLength[Math.Min(key.Length, LongestByLength)].AsSpan())
        {
            if (entry.Head == head && (key.Length <= sizeof(ulong) ? entry.Key.Length == key.Length : key.SequenceEqual(entry.Key)))
            {
                return entry.Node;
            }
        }

        return null;
    }

    private static ulong Head(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
        {
            return MemoryMarshal.Read<ulong>(key);
        }

        var head = 0UL;
        for (var i = 0; i < key.Length; i++)
        {
            head |= (ulong)key[i] << (8 * i);
        }

        return head;
    }

    private static KeyTable? Build(PathTrie node, ref int budget)
    {
        // The empty key leads to where the object itself is.
        var table = new KeyTable();
        if (!TryNode(node, ref budget, out var same) || !table.Fill(node, [], ref budget))
        {
            return null;
        }

        if (same is not null)
        {
            table.Add([], same);
        }

        return table;
    }

    private bool Fill(PathTrie node, List<byte> key, ref int budget)
    {
        for (var i = 0; i < node.Keys.Length; i++)
        {
            if (--budget < 0)
            {
                return false;
            }

            var child = node.Children[i];
            key.Add(node.Keys[i]);
            if (!TryNode(child, ref budget, out var found) || !Fill(child, key, ref budget))
            {
                return false;
            }

            if (found is not null)
            {
                Add([.. key], found);
            }

            key.RemoveAt(key.Count - 1);
        }

        return true;
    }

    /// <summary>What a value at this place of the trie means; null if nothing. False if the budget is spent.</summary>
    private static bool TryNode(PathTrie node, ref int budget, out FieldNode? found)
    {
        found = null;
        KeyTable? members = null;
        FieldNode? elements = null;
        if (node.Child((byte)'.') is { } below && (members = Build(below, ref budget)) is null)
        {
            return false;
        }

        if (node.Walk("{}"u8) is { } element && !TryNode(element, ref budget, out elements))
        {
            return false;
        }

        found = node.Slot >= 0 || members is not null || elements is not null ? new FieldNode(node.Slot, members, elements) : null;
        return true;
    }

    private void Add(byte[] key, FieldNode node)
    {
        var length = Math.Min(key.Length, LongestByLength);
        lengths |= 1UL << length;
        byLength[length] = [.. byLength[length] ?? [], new Entry(Head(key), key, node)];
    }

    private readonly record struct Entry(ulong Head, byte[] Key, FieldNode Node);
}

/// <summary>What the value at a path leads to: a slot where it is a text or number (else -1), fields of an object's members, of an array's elements.</summary>
internal sealed record FieldNode(int Slot, KeyTable? Members, FieldNode? Elements);
