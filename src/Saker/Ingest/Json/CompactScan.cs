using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>
/// Checks the grammar of an object without white space between its tokens, 64 bytes at a time: each token by what stands before it, then, a stretch
/// between brackets at a time, that in an object colons and commas take turns and in an array no colon stands. Says yes only to what
/// <see cref="JsonObjectScan"/> takes, whole; to all else, sound or not, no.
/// </summary>
internal ref struct CompactScan(ReadOnlySpan<byte> json, Span<JsonObjectScan.Member> members)
{
    private const int BlockBytes = 64;
    private const int Deepest = 256;

    private readonly ReadOnlySpan<byte> json = json;
    private readonly Span<JsonObjectScan.Member> members = members;
    private Levels levels;
    private int depth;
    private bool isObject;
    private bool wantsComma;
    private int token;

    /// <summary>How many members the object has.</summary>
    public int Count { get; private set; }

    public bool IsSound()
    {
        if (json.Length < 2 || json[0] != (byte)'{' || json[^1] != (byte)'}')
        {
            return false;
        }

        var (inString, escape) = (0UL, 0UL);
        // What the last byte of the block before was.
        var (afterBegin, afterText, afterWord, afterClose, afterOpen) = (1UL, 0UL, 0UL, 0UL, 0UL);
        Span<byte> last = stackalloc byte[BlockBytes];
        for (var start = 0; start < json.Length; start += BlockBytes)
        {
            var bytes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(Block(json[start..], last)));
            var valid = json.Length - start >= BlockBytes ? ~0UL : (1UL << (json.Length - start)) - 1;
            var quotes = Equal(bytes, '"');
            var backslashes = Equal(bytes, '\\');
            if ((backslashes | escape) != 0)
            {
                quotes &= ~BlockCarry.Escaped(backslashes, ref escape);
            }

            var inside = ScalarKernel.PrefixXor(quotes) ^ inString;
            inString = (ulong)((long)inside >> 63);
            if ((Equal(bytes, '\n') & inside) != 0)
            {
                return false;
            }

            var outside = ~(inside | quotes) & valid;
            var folded = bytes | Vector512.Create((byte)0x20);
            var opens = Equal(folded, '{') & outside;
            var closes = Equal(folded, '}') & outside;
            var colons = Equal(bytes, ':') & outside;
            var commas = Equal(bytes, ',') & outside;
            var words = outside & ~(opens | closes | colons | commas);
            var (textStarts, textEnds) = (quotes & inside, quotes & ~inside);

            var begins = opens | colons | commas;
            var values = opens | textStarts | (words & ~((words << 1) | afterWord));
            var ends = textEnds | words | closes;
            var afterValue = (ends << 1) | afterText | afterWord | afterClose;
            var wrong = (values & ~((begins << 1) | afterBegin))
                | (colons & ~((textEnds << 1) | afterText))
                | (commas & ~afterValue)
                | (closes & ~(afterValue | (opens << 1) | afterOpen));
            if (wrong != 0 || !AreWords(words & ~((words << 1) | afterWord), start) || !Nest(opens | closes, opens, colons, commas, start))
            {
                return false;
            }

            (afterBegin, afterText, afterWord, afterClose, afterOpen) = (begins >> 63, textEnds >> 63, words >> 63, closes >> 63, opens >> 63);
        }

        return depth == 0 && inString == 0;
    }

    private readonly bool AreWords(ulong starts, int start)
    {
        for (; starts != 0; starts &= starts - 1)
        {
            var at = start + BitOperations.TrailingZeroCount(starts);
            var end = at;
            while (end < json.Length && (char.IsAsciiLetterOrDigit((char)json[end]) || json[end] is (byte)'-' or (byte)'+' or (byte)'.'))
            {
                end++;
            }

            if (end == json.Length || json[end] is not ((byte)',' or (byte)'}' or (byte)']'))
            {
                return false;
            }

            var word = json[at..end];
            if (!word.SequenceEqual("true"u8) && !word.SequenceEqual("false"u8) && !word.SequenceEqual("null"u8) && !JsonName.IsNumber(word))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes from bracket to bracket of a block.</summary>
    private bool Nest(ulong brackets, ulong opens, ulong colons, ulong commas, int start)
    {
        var from = ~0UL;
        for (; brackets != 0; brackets &= brackets - 1)
        {
            var bit = brackets & (0 - brackets);
            if (!TakeTurns(colons & from & (bit - 1), commas & from & (bit - 1), start))
            {
                return false;
            }

            from = ~(bit | (bit - 1));
            var at = start + BitOperations.TrailingZeroCount(bit);
            if (!((opens & bit) != 0 ? Open(at) : Close(at)))
            {
                return false;
            }
        }

        return TakeTurns(colons & from, commas & from, start);
    }

    /// <summary>A stretch without brackets.</summary>
    private bool TakeTurns(ulong colons, ulong commas, int start)
    {
        var marks = colons | commas;
        if (marks == 0)
        {
            return true;
        }

        if (!isObject)
        {
            return colons == 0 && depth > 0;
        }

        var odd = ScalarKernel.PrefixXor(marks) & marks;
        if (odd != (wantsComma ? commas : colons))
        {
            return false;
        }

        wantsComma ^= (BitOperations.PopCount(marks) & 1) != 0;
        return depth > 1 || AddMembers(marks, colons, start);
    }

    private bool AddMembers(ulong marks, ulong colons, int start)
    {
        for (; marks != 0; marks &= marks - 1)
        {
            var at = start + BitOperations.TrailingZeroCount(marks);
            if ((colons & marks & (0 - marks)) == 0)
            {
                members[Count++].ValueEnd = at;
                token = at + 1;
            }
            else if (Count == members.Length)
            {
                return false;
            }
            else
            {
                members[Count] = new JsonObjectScan.Member { KeyStart = token + 1, KeyEnd = at - 1, ValueStart = at + 1, Escaped = json[token..at].Contains((byte)'\\') };
            }
        }

        return true;
    }

    private bool Open(int at)
    {
        if (depth == Deepest || (depth == 0 && at > 0))
        {
            return false;
        }

        levels[depth++] = (byte)((isObject ? 1 : 0) | (wantsComma ? 2 : 0));
        (isObject, wantsComma) = (json[at] == (byte)'{', false);
        token = depth == 1 ? at + 1 : token;
        return true;
    }

    private bool Close(int at)
    {
        if (depth == 0 || (json[at] == (byte)'}') != isObject || (isObject && !wantsComma && json[at - 1] != (byte)'{'))
        {
            return false;
        }

        if (depth == 1)
        {
            if (wantsComma)
            {
                members[Count++].ValueEnd = at;
            }

            depth = 0;
            return at == json.Length - 1;
        }

        var level = levels[--depth];
        (isObject, wantsComma) = ((level & 1) != 0, (level & 2) != 0);
        return true;
    }

    /// <summary>The next bytes; where they are the last, with noughts behind them.</summary>
    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> rest, Span<byte> last)
    {
        if (rest.Length >= BlockBytes)
        {
            return rest;
        }

        last.Fill((byte)'0');
        rest.CopyTo(last);
        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector512<byte> bytes, char c) => Vector512.Equals(bytes, Vector512.Create((byte)c)).ExtractMostSignificantBits();

    [InlineArray(Deepest)]
    private struct Levels
    {
        private byte first;
    }
}
