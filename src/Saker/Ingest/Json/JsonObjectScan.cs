using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>Where JSON text stopped being readable.</summary>
internal enum JsonStop
{
    None,
    Syntax,
    TooDeep,
    InKey,
    InString,
    InWord,
    AfterKey,
    BeforeValue,
    AfterComma,
    Between,
}

/// <summary>
/// One pass over a JSON object or array: checks its grammar, finds its end and notes the members of a root object. Reused from record to
/// record; depth costs no stack. Lenient where nothing is lost: unknown escapes, control characters and invalid UTF-8 in strings pass.
/// </summary>
internal sealed class JsonObjectScan(int deepest = JsonObjectScan.DeepestNesting)
{
    public const int DeepestNesting = 100_000;
    private static readonly SearchValues<byte> StringStops = SearchValues.Create("\"\\\n"u8);

    private const int ShortText = 128;
    private const int FewTexts = 256;

    private int left = FewTexts;
    private Member[] members = new Member[32];
    private int[] open = new int[64];
    private int depth;

    private enum Expect
    {
        Value,
        FirstElement,
        FirstKey,
        Key,
        Colon,
        AfterValue,
    }

    public ReadOnlyMemory<byte> Text { get; private set; }

    public int Count { get; private set; }

    /// <summary>The index just after the document, or where it broke.</summary>
    public int End { get; private set; }

    public JsonStop Stop { get; private set; }

    /// <summary>Where the string or word began in which the text ends.</summary>
    public int TokenStart { get; private set; }

    /// <summary>Whether the text is sound but ends too early.</summary>
    public bool EndsEarly => Stop > JsonStop.TooDeep;

    /// <summary>Where the brackets stand that were open when it stopped, outermost first.</summary>
    public ReadOnlySpan<int> Open => open.AsSpan(0, depth);

    public string Reason => Stop switch
    {
        JsonStop.Syntax when End < Text.Length => $"not valid JSON: unexpected {Name(Text.Span[End])} at byte {End + 1}",
        JsonStop.TooDeep => $"not read: nested deeper than {deepest:N0}",
        JsonStop.InKey or JsonStop.InString => "not valid JSON: the text ends inside a string",
        _ => "not valid JSON: the text ends inside an object or array",
    };

    public JsonValue this[ReadOnlySpan<byte> name]
    {
        get
        {
            var json = Text.Span;
            for (var i = 0; i < Count; i++)
            {
                ref readonly var member = ref members[i];
                var key = json[member.KeyStart..member.KeyEnd];
                if (key.SequenceEqual(name) || (member.Escaped && JsonName.Equal(key, name)))
                {
                    return new JsonValue(Text[member.ValueStart..member.ValueEnd]);
                }
            }

            return default;
        }
    }

    public ReadOnlySpan<byte> Name(int index) => Text.Span[members[index].KeyStart..members[index].KeyEnd];

    public JsonValue Value(int index) => new(Text[members[index].ValueStart..members[index].ValueEnd]);

    /// <summary>Scans the object or array at <paramref name="start"/>; false if it is broken or not closed: see <see cref="Stop"/>.</summary>
    public bool Scan(ReadOnlyMemory<byte> text, int start = 0)
    {
        Text = text;
        Count = 0;
        depth = 0;
        Stop = JsonStop.None;
        var json = text.Span;
        if (start == 0 && TryCompact(json))
        {
            return true;
        }

        if (start >= json.Length || json[start] is not ((byte)'{' or (byte)'['))
        {
            return Fail(start, JsonStop.Syntax);
        }

        var expect = Expect.Value;
        var index = start;
        var closed = false;
        while (!closed)
        {
            index = JsonSkip.WhiteSpace(json, index);
            if (index >= json.Length)
            {
                return Fail(index, EndOf(expect, json));
            }

            index = Step(json, index, ref expect, out closed);
            if (index < 0)
            {
                return false;
            }
        }

        End = index;
        return true;
    }

    /// <summary>The common case, an object as programs write it, with vectors; after so many that are checked sooner than the code for it is compiled.</summary>
    private bool TryCompact(ReadOnlySpan<byte> json)
    {
        if (!Vector256.IsHardwareAccelerated || json.Length < ShortText || left > 0)
        {
            left -= left > 0 ? 1 : 0;
            return false;
        }

        var compact = new CompactScan(json, members);
        if (!compact.IsSound())
        {
            return false;
        }

        (Count, End) = (compact.Count, json.Length);
        return true;
    }

    private int Step(ReadOnlySpan<byte> json, int index, ref Expect expect, out bool closed)
    {
        closed = false;
        var c = json[index];
        switch (expect)
        {
            case Expect.Value:
            case Expect.FirstElement when c != ']':
                return BeginValue(json, index, ref expect);
            case Expect.FirstKey or Expect.Key when c == '"':
                return ReadKey(json, index, ref expect);
            case Expect.Colon when c == ':':
                expect = Expect.Value;
                return index + 1;
            case Expect.AfterValue when c == ',':
                expect = json[open[depth - 1]] == '{' ? Expect.Key : Expect.Value;
                return index + 1;
            case Expect.FirstElement:
            case Expect.FirstKey when c == '}':
            case Expect.AfterValue when c is (byte)'}' or (byte)']' && c == json[open[depth - 1]] + 2:
                expect = Expect.AfterValue;
                closed = --depth == 0;
                return EndValue(json, index + 1);
            default:
                Fail(index, JsonStop.Syntax);
                return -1;
        }
    }

    private int BeginValue(ReadOnlySpan<byte> json, int index, ref Expect expect)
    {
        if (depth == 1)
        {
            members[Count].ValueStart = index;
        }

        switch (json[index])
        {
            case (byte)'{' or (byte)'[':
                if (depth == deepest)
                {
                    Fail(index, JsonStop.TooDeep);
                    return -1;
                }

                if (depth == open.Length)
                {
                    Array.Resize(ref open, depth * 2);
                }

                open[depth++] = index;
                expect = json[index] == '{' ? Expect.FirstKey : Expect.FirstElement;
                return index + 1;
            case (byte)'"':
                expect = Expect.AfterValue;
                return EndValue(json, String(json, index, JsonStop.InString, out _));
            default:
                expect = Expect.AfterValue;
                return EndValue(json, Word(json, index));
        }
    }

    private int EndValue(ReadOnlySpan<byte> json, int index)
    {
        if (depth == 0 && index > 0)
        {
            return index;
        }

        if (depth == 1 && index > 0 && json[open[0]] == '{')
        {
            members[Count].ValueEnd = index;
            if (++Count == members.Length)
            {
                Array.Resize(ref members, Count * 2);
            }
        }

        return index;
    }

    private int ReadKey(ReadOnlySpan<byte> json, int index, ref Expect expect)
    {
        var end = String(json, index, JsonStop.InKey, out var escaped);
        if (depth == 1 && end > 0)
        {
            members[Count].KeyStart = index + 1;
            members[Count].KeyEnd = end - 1;
            members[Count].Escaped = escaped;
        }

        expect = Expect.Colon;
        return end;
    }

    private int String(ReadOnlySpan<byte> json, int index, JsonStop stop, out bool escaped)
    {
        TokenStart = index++;
        escaped = false;
        while (true)
        {
            index = NextStop(json, index);
            if (index >= json.Length || (json[index] == '\\' && index + 1 >= json.Length))
            {
                Fail(json.Length, stop);
                return -1;
            }

            switch (json[index])
            {
                case (byte)'"':
                    return index + 1;
                case (byte)'\\' when json[index + 1] != '\n':
                    escaped = true;
                    index += 2;
                    break;
                default:
                    // A string never spans lines: so a half-written line does not swallow the lines after it.
                    Fail(index, JsonStop.Syntax);
                    return -1;
            }
        }
    }

    /// <summary>The next quote, backslash or newline. Most strings are short: one vector, without a call, is half the time of IndexOfAny.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NextStop(ReadOnlySpan<byte> json, int index)
    {
        if (Vector256.IsHardwareAccelerated && index + Vector256<byte>.Count <= json.Length)
        {
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)index);
            var found = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'\n'));
            var mask = found.ExtractMostSignificantBits();
            if (mask != 0)
            {
                return index + BitOperations.TrailingZeroCount(mask);
            }

            index += Vector256<byte>.Count;
        }

        var step = json[index..].IndexOfAny(StringStops);
        return step < 0 ? json.Length : index + step;
    }

    private int Word(ReadOnlySpan<byte> json, int index)
    {
        TokenStart = index;
        var end = index;
        while (end < json.Length && (char.IsAsciiLetterOrDigit((char)json[end]) || json[end] is (byte)'-' or (byte)'+' or (byte)'.'))
        {
            end++;
        }

        if (end == json.Length && depth > 0)
        {
            Fail(end, JsonStop.InWord);
            return -1;
        }

        var word = json[index..end];
        if (word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) || word.SequenceEqual("null"u8) || JsonName.IsNumber(word))
        {
            return end;
        }

        Fail(index, JsonStop.Syntax);
        return -1;
    }

    private JsonStop EndOf(Expect expect, ReadOnlySpan<byte> json) => expect switch
    {
        Expect.Colon => JsonStop.AfterKey,
        Expect.Key => JsonStop.AfterComma,
        Expect.Value when depth > 0 && json[open[depth - 1]] == '[' => JsonStop.AfterComma,
        Expect.Value => JsonStop.BeforeValue,
        _ => JsonStop.Between,
    };

    private bool Fail(int index, JsonStop stop)
    {
        End = index;
        Stop = stop;
        return false;
    }

    private static string Name(byte c) => c is > 0x20 and < 0x7F ? $"'{(char)c}'" : c == '\n' ? "end of line" : $"byte 0x{c:X2}";

    /// <summary>Where a member of the root object stands; key and escapes as written.</summary>
    internal struct Member
    {
        public int KeyStart;
        public int KeyEnd;
        public int ValueStart;
        public int ValueEnd;
        public bool Escaped;
    }
}
