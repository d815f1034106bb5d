using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Scanning;

public sealed partial class FieldExtractor
{
    /// <summary>The scalar twin: it has a meaning for any bytes, and what it gives is right by definition.</summary>
    private ref struct Walk(FieldExtractor extractor, ReadOnlyMemory<byte> memory, ref RowValues values)
    {
        private readonly ReadOnlySpan<byte> json = memory.Span;
        private readonly ref RowValues values = ref values;
        private int depth;

        /// <summary>Reads the object at an index; returns the index after it, or -1 if the text ends inside.</summary>
        public int Object(int index, PathTrie node, bool isRoot)
        {
            var below = isRoot ? node : node.Child((byte)'.');
            if (below is null)
            {
                return JsonSkip.Container(json, index);
            }

            index = JsonSkip.WhiteSpace(json, index + 1);
            while (index < json.Length && json[index] != (byte)'}')
            {
                if (json[index] != (byte)'"')
                {
                    // Not a key: step over what stands there so that what follows is still read.
                    index = StepOver(index);
                    if (index < 0)
                    {
                        return -1;
                    }

                    continue;
                }

                var keyStart = index + 1;
                var keyEnd = JsonSkip.String(json, index, out var escaped);
                if (keyEnd < 0)
                {
                    return -1;
                }

                var key = json[keyStart..(keyEnd - 1)];
                var child = escaped ? below.Walk(Encoding.UTF8.GetBytes(JsonText.Unescape(key))) : below.Walk(key);
                index = JsonSkip.WhiteSpace(json, keyEnd);
                if (index >= json.Length || json[index] != (byte)':')
                {
                    continue;
                }

                index = JsonSkip.WhiteSpace(json, index + 1);
                index = child is null ? JsonSkip.Value(json, index) : Value(index, child);
                if (index < 0)
                {
                    return -1;
                }

                index = AfterValue(index);
            }

            return index < json.Length ? index + 1 : -1;
        }

        public int AllOfObject(int index, string prefix, int depth)
        {
            if (depth > DeepestPath)
            {
                return JsonSkip.Container(json, index);
            }

            index = JsonSkip.WhiteSpace(json, index + 1);
            while (index < json.Length && json[index] != (byte)'}')
            {
                if (json[index] != (byte)'"')
                {
                    index = StepOver(index);
                    if (index < 0)
                    {
                        return -1;
                    }

                    continue;
                }

                var keyStart = index + 1;
                var keyEnd = JsonSkip.String(json, index, out _);
                if (keyEnd < 0)
                {
                    return -1;
                }

                var name = prefix + JsonText.Unescape(json[keyStart..(keyEnd - 1)]);
                index = JsonSkip.WhiteSpace(json, keyEnd);
                if (index >= json.Length || json[index] != (byte)':')
                {
                    continue;
                }

                index = AllOfValue(JsonSkip.WhiteSpace(json, index + 1), name, depth);
                if (index < 0)
                {
                    return -1;
                }

                index = AfterValue(index);
            }

            return index < json.Length ? index + 1 : -1;
        }

        private readonly int StepOver(int index)
        {
            if (json[index] is (byte)',' or (byte)':' or (byte)']')
            {
                return JsonSkip.WhiteSpace(json, index + 1);
            }

            var next = JsonSkip.Value(json, index);
            return next < 0 ? -1 : JsonSkip.WhiteSpace(json, Math.Max(next, index + 1));
        }

        private readonly int AfterValue(int index)
        {
            index = JsonSkip.WhiteSpace(json, index);
            return index < json.Length && json[index] == (byte)',' ? JsonSkip.WhiteSpace(json, index + 1) : index;
        }

        private int Value(int index, PathTrie node)
        {
            if (index >= json.Length)
            {
                return -1;
            }

            switch (json[index])
            {
                case (byte)'{' or (byte)'[' when depth > DeepestPath:
                    return JsonSkip.Container(json, index);
                case (byte)'{':
                    depth++;
                    var afterObject = Object(index, node, isRoot: false);
                    depth--;
                    return afterObject;
                case (byte)'[':
                    depth++;
                    var afterArray = node.Walk("{}"u8) is { } element ? Array(index, element) : JsonSkip.Container(json, index);
                    depth--;
                    return afterArray;
                default:
                    var end = Scalar(index, out var value);
                    if (end >= 0 && node.Slot >= 0)
                    {
                        values.Add(node.Slot, value);
                    }

                    return end;
            }
        }

        private int Array(int index, PathTrie element)
        {
            index = JsonSkip.WhiteSpace(json, index + 1);
            while (index < json.Length && json[index] != (byte)']')
            {
                if (json[index] is (byte)',' or (byte)':' or (byte)'}')
                {
                    index = JsonSkip.WhiteSpace(json, index + 1);
                    continue;
                }

                index = Value(index, element);
                if (index < 0)
                {
                    return -1;
                }

                index = AfterValue(index);
            }

            return index < json.Length ? index + 1 : -1;
        }

        private int AllOfValue(int index, string name, int depth)
        {
            if (index >= json.Length)
            {
                return -1;
            }

            switch (json[index])
            {
                case (byte)'{':
                    return AllOfObject(index, name + ".", depth + 1);
                case (byte)'[':
                    return depth > DeepestPath ? JsonSkip.Container(json, index) : AllOfArray(index, name + "{}", depth + 1);
                default:
                    var end = Scalar(index, out var value);
                    if (end >= 0 && name.Length > 0 && extractor.fields.Count < MostFieldsPerSearch)
                    {
                        values.Add(extractor.fields.Slot(name), value);
                    }

                    return end;
            }
        }

        private int AllOfArray(int index, string name, int depth)
        {
            index = JsonSkip.WhiteSpace(json, index + 1);
            while (index < json.Length && json[index] != (byte)']')
            {
                if (json[index] is (byte)',' or (byte)':' or (byte)'}')
                {
                    index = JsonSkip.WhiteSpace(json, index + 1);
                    continue;
                }

                index = AllOfValue(index, name, depth);
                if (index < 0)
                {
                    return -1;
                }

                index = AfterValue(index);
            }

            return index < json.Length ? index + 1 : -1;
        }

        private readonly int Scalar(int index, out Value value)
        {
            value = Execution.Value.Null;
            if (json[index] == (byte)'"')
            {
                var end = JsonSkip.String(json, index, out var escaped);
                if (end < 0)
                {
                    return -1;
                }

                value = escaped
                    ? Execution.Value.Of(JsonText.Unescape(json[(index + 1)..(end - 1)]))
                    : RowValues.Slice(memory, index + 1, end - index - 2);
                return end;
            }

            var stop = JsonSkip.Value(json, index);
            if (stop == index)
            {
                return index + 1;
            }

            value = RowValues.Slice(memory, index, stop - index);
            return stop;
        }
    }
}
