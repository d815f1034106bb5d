using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Spl.Scanning;

/// <summary>
/// What is asked of one field, by any search. Values are looked up in one table, which tells the conditions that they meet and the predicates that these
/// leave possible; patterns and orders are tried once such a predicate asks for them.
/// </summary>
internal sealed class FieldConditions
{
    private readonly Dictionary<string, WantedValue> exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ValueTest> later = [];
    private readonly List<int> present = [];
    private readonly List<(int Start, int Length, bool Escaped)> values = [];
    private WantedValue?[] table = [];
    private ulong lengths;
    private byte[] buffer = [];
    private ulong[] free = [];
    private ulong[] afterAny = [];
    private ulong[] possible = [];

    /// <summary>Where the first value of the event at hand begins in its array; -1 if none was taken.</summary>
    public int FirstAt { get; private set; } = -1;

    /// <summary>The predicates that what the event at hand has in this field leaves possible.</summary>
    public ulong[] Possible => FirstAt < 0 ? free : possible;

    /// <summary>The values that are looked for.</summary>
    public IReadOnlyCollection<WantedValue> Exact => exact.Values;

    /// <summary>The predicates that any other value leaves possible.</summary>
    public ulong[] AfterAny => afterAny;

    /// <summary>The predicates that are possible where the field has no value.</summary>
    public ulong[] Free => free;

    /// <summary>What <see cref="Holds"/> must be asked for: a value that is taken does not tell it.</summary>
    public IReadOnlyList<ValueTest> AskedLater => later;

    public void Add(IReadOnlyList<string> wanted, int condition)
    {
        foreach (var value in wanted)
        {
            var pattern = new WildcardPattern(value);
            if (pattern.MatchesEverything)
            {
                present.Add(condition);
            }
            else if (pattern.IsExact)
            {
                ref var wantedValue = ref CollectionsMarshal.GetValueRefOrAddDefault(exact, value, out _);
                (wantedValue ??= new WantedValue(value)).Conditions.Add(condition);
            }
            else
            {
                later.Add(new ValueTest(condition, pattern.Matches));
            }
        }
    }

    public void Add(Func<Value, bool> holds, int condition) => later.Add(new ValueTest(condition, holds));

    /// <summary>To be called once all is added. <paramref name="needing"/> has for each condition the predicates that cannot do without it.</summary>
    public void Build(int predicates, ulong[][] needing)
    {
        afterAny = PredicateMask.None(predicates);
        foreach (var condition in present)
        {
            PredicateMask.Or(afterAny, needing[condition]);
        }

        foreach (var test in later)
        {
            PredicateMask.Or(afterAny, needing[test.Condition]);
        }

        free = PredicateMask.All(predicates);
        PredicateMask.Remove(free, afterAny);
        table = new WantedValue[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(exact.Count + 1) * 2)];
        foreach (var wanted in exact.Values)
        {
            wanted.Possible = PredicateMask.None(predicates);
            foreach (var condition in wanted.Conditions)
            {
                PredicateMask.Or(wanted.Possible, needing[condition]);
            }

            PredicateMask.Remove(free, wanted.Possible);
            if (Ascii.IsValid(wanted.Text))
            {
                wanted.Key = Encoding.ASCII.GetBytes(wanted.Text);
                wanted.Hash = Hash(wanted.Key);
                lengths |= 1UL << Math.Min(wanted.Key.Length, 63);
                var at = wanted.Hash & (table.Length - 1);
                while (table[at] is not null)
                {
                    at = (at + 1) & (table.Length - 1);
                }

                table[at] = wanted;
            }
        }

        PredicateMask.Or(afterAny, free);
        possible = PredicateMask.None(predicates);
    }

    public void Forget()
    {
        FirstAt = -1;
        values.Clear();
    }

    /// <summary>Sets the bits of the conditions that a value meets: bytes of a text or number, as they stand in JSON.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(byte[] text, int start, int length, bool escaped, ulong[] holds)
    {
        if (FirstAt < 0)
        {
            FirstAt = start;
            afterAny.CopyTo(possible.AsSpan());
            foreach (var condition in present)
            {
                holds[condition >> 6] |= 1UL << condition;
            }
        }

        if (later.Count > 0)
        {
            buffer = text;
            values.Add((start, length, escaped));
        }

        if (exact.Count > 0 && LookUp(text.AsSpan(start, length), escaped) is { } met)
        {
            foreach (var condition in met.Conditions)
            {
                holds[condition >> 6] |= 1UL << condition;
            }

            PredicateMask.Or(possible, met.Possible);
        }
    }

    /// <summary>Whether a value of the event at hand meets a condition by pattern or order.</summary>
    public bool Holds(int condition)
    {
        foreach (var (start, length, escaped) in values)
        {
            if (Meets(escaped ? Value.Of(JsonText.Unescape(buffer.AsSpan(start, length))) : Value.OfUtf8(buffer, start, length), condition))
            {
                return true;
            }
        }

        return false;
    }

    private bool Meets(Value value, int condition)
    {
        foreach (var test in later)
        {
            if (test.Condition == condition && test.Holds(value))
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private WantedValue? LookUp(ReadOnlySpan<byte> bytes, bool escaped)
    {
        if (escaped)
        {
            return exact.GetValueOrDefault(JsonText.Unescape(bytes));
        }

        if (!Ascii.IsValid(bytes))
        {
            // Letters beyond ASCII may equal ASCII ones in another case, and a three-byte one a single letter.
            return exact.GetValueOrDefault(Encoding.UTF8.GetString(bytes));
        }

        if ((lengths >> Math.Min(bytes.Length, 63) & 1) == 0)
        {
            return null;
        }

        var hash = Hash(bytes);
        for (var at = hash & (table.Length - 1); table[at] is { } wanted; at = (at + 1) & (table.Length - 1))
        {
            if (wanted.Hash == hash && Ascii.EqualsIgnoreCase(bytes, wanted.Key))
            {
                return wanted;
            }
        }

        return null;
    }

    /// <summary>Of the length and the bytes at both ends, in either case.</summary>
    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        if (bytes.Length >= sizeof(ulong))
        {
            hash += (MemoryMarshal.Read<ulong>(bytes) | 0x2020202020202020) * 0x9E3779B97F4A7C15;
            hash ^= (MemoryMarshal.Read<ulong>(bytes[^8..]) | 0x2020202020202020) * 0xC2B2AE3D27D4EB4F;
        }
        else
        {
            foreach (var c in bytes)
            {
                hash = (hash ^ (uint)(c | 0x20)) * 0x9E3779B97F4A7C15;
            }
        }

        return (int)(hash >> 40);
    }

    /// <summary>A pattern or an order that a condition asks for.</summary>
    internal sealed record ValueTest(int Condition, Func<Value, bool> Holds);

    /// <summary>A value that some condition wants.</summary>
    internal sealed class WantedValue(string text)
    {
        public byte[] Key = [];
        public int Hash;

        /// <summary>The predicates that it leaves possible.</summary>
        public ulong[] Possible = [];

        public string Text { get; } = text;

        public List<int> Conditions { get; } = [];
    }
}
