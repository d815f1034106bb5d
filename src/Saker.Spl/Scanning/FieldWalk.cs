using System.Runtime.CompilerServices;

namespace Saker.Spl.Scanning;

/// <summary>Takes the values that a walk finds.</summary>
internal interface IFieldSink
{
    /// <summary>A text or number: its place in the JSON, without quotes; <paramref name="escaped"/> tells that it holds a backslash.</summary>
    void Take(int slot, int start, int length, bool escaped);
}

/// <summary>
/// Walks the keys that lead to wanted fields and steps over all else by its brackets, 64 bytes at a time. It reads sound JSON only: whatever is
/// unusual (a key without a colon, a quote in a number, an unclosed bracket, a backslash outside a string or in a key) makes it give up, and the
/// scalar twin, which has a meaning for all of it, reads the text again. So both give the same for every input.
/// </summary>
internal ref struct FieldWalk<TSink>(ReadOnlySpan<byte> json, StructuralIndex index, ref TSink sink)
    where TSink : struct, IFieldSink
{
    private const int GivenUp = -1;
    private const int DeepestPath = 400;

    private readonly ReadOnlySpan<byte> json = json;
    private readonly StructuralIndex index = index;
    private readonly ref TSink sink = ref sink;
    private int depth;

    /// <summary>Reads the object that opens at <paramref name="start"/>; the index after it, or -1 where the twin must read it.</summary>
    public int Root(int start, KeyTable keys)
    {
        index.Begin();
        var end = Members(start, keys);
        return end >= 0 && !index.IsStray ? end : GivenUp;
    }

    // Compiled once and for good; see ScanKernel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Members(int at, KeyTable keys)
    {
        at = SkipWhite(at + 1);
        if (At(at) == '}')
        {
            return at + 1;
        }

        for (var last = keys.Order.Start; ;)
        {
            FieldNode? node;
            if (last.Next(json, at) is { } known)
            {
                (last, node, at) = (known, known.Node, at + known.Length);
            }
            else
            {
                at = Key(at, keys, ref last, out node);
                if (at < 0)
                {
                    return GivenUp;
                }
            }

            if (At(at) == '"')
            {
                var end = index.NextQuote(json, at + 1);
                if (end < 0)
                {
                    return GivenUp;
                }

                Take(node, at + 1, end);
                at = end + 1;
            }
            else
            {
                at = Value(SkipWhite(at), node);
                if (at < 0)
                {
                    return GivenUp;
                }
            }

            if (At(at) == ',')
            {
                at++;
                continue;
            }

            at = SkipWhite(at);
            switch (At(at))
            {
                case ',':
                    at++;
                    break;
                case '}':
                    return at + 1;
                default:
                    return GivenUp;
            }
        }
    }

    /// <summary>Reads a key that is not the one that was to come; the index of its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Key(int at, KeyTable keys, ref KnownKey last, out FieldNode? node)
    {
        node = null;
        at = SkipWhite(at);
        var end = At(at) == '"' ? index.NextQuote(json, at + 1) : GivenUp;
        if (end < 0)
        {
            return GivenUp;
        }

        var key = json[(at + 1)..end];
        if (index.HasBackslash && key.Contains((byte)'\\'))
        {
            return GivenUp;
        }

        node = keys.Find(key);
        var colon = SkipWhite(end + 1);
        if (At(colon) != ':')
        {
            return GivenUp;
        }

        if (colon == end + 1)
        {
            last = keys.Order.Learn(last, json[at..(colon + 1)], node);
        }

        return SkipWhite(colon + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Elements(int at, FieldNode element)
    {
        at = SkipWhite(at + 1);
        if (At(at) == ']')
        {
            return at + 1;
        }

        while (true)
        {
            at = Value(at, element);
            if (at < 0)
            {
                return GivenUp;
            }

            at = SkipWhite(at);
            switch (At(at))
            {
                case ',':
                    at = SkipWhite(at + 1);
                    break;
                case ']':
                    return at + 1;
                default:
                    return GivenUp;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Value(int at, FieldNode? node)
    {
        switch (At(at))
        {
            case '"':
                var end = index.NextQuote(json, at + 1);
                if (end < 0)
                {
                    return GivenUp;
                }

                Take(node, at + 1, end);
                return end + 1;
            case '{' when node?.Members is { } members:
                return Nested(at, members, null);
            case '[' when node?.Elements is { } elements:
                return Nested(at, null, elements);
            case '{' or '[':
                return index.AfterContainer(json, at);
            default:
                return Word(at, node);
        }
    }

    /// <summary>Takes a string between its quotes, if it is wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Take(FieldNode? node, int start, int end)
    {
        if (node is { Slot: >= 0 })
        {
            sink.Take(node.Slot, start, end - start, index.HasBackslash && json[start..end].Contains((byte)'\\'));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Nested(int at, KeyTable? members, FieldNode? elements)
    {
        if (++depth > DeepestPath)
        {
            return GivenUp;
        }

        at = members is not null ? Members(at, members) : Elements(at, elements!);
        depth--;
        return at;
    }

    /// <summary>A number, or true, false, null: as it stands there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Word(int at, FieldNode? node)
    {
        var end = at;
        while (char.IsAsciiLetterOrDigit(At(end)) || At(end) is '-' or '+' or '.')
        {
            end++;
        }

        if (end == at)
        {
            return GivenUp;
        }

        if (node is { Slot: >= 0 })
        {
            sink.Take(node.Slot, at, end - at, escaped: false);
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly char At(int at) => (uint)at < (uint)json.Length ? (char)json[at] : '\0';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int SkipWhite(int at)
    {
        // Compact JSON has none.
        while (At(at) is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }

        return at;
    }
}
