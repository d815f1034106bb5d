using System.Runtime.InteropServices;
using System.Text;
using Saker.Spl.Execution;
using Saker.Spl.Syntax;

namespace Saker.Spl.Scanning;

/// <summary>What is asked of one field, by any search: values looked up in one table, patterns and orders tried one by one.</summary>
internal sealed class FieldConditions
{
    private readonly Dictionary<string, int[]> exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(WildcardPattern Pattern, int Condition)> patterns = [];
    private readonly List<(Func<Value, bool> Holds, int Condition)> orders = [];
    private readonly List<int> present = [];
    private Slot[] table = [];
    private ulong lengths;

    /// <summary>Where the first value of the event at hand begins in its array; -1 if none was taken.</summary>
    public int FirstAt { get; private set; } = -1;

    public void Forget() => FirstAt = -1;

    public void Add(IReadOnlyList<string> values, int condition)
    {
        foreach (var value in values)
        {
            var pattern = new WildcardPattern(value);
            if (pattern.MatchesEverything)
            {
                present.Add(condition);
            }
            else if (pattern.IsExact)
            {
                exact[value] = [.. exact.GetValueOrDefault(value) ?? [], condition];
                table = [];
            }
            else
            {
                patterns.Add((pattern, condition));
            }
        }
    }

    public void Add(SearchComparison order, int condition) => orders.Add((SearchPredicate.OrderOf(order), condition));

    /// <summary>Sets the bits of the conditions that a value meets: bytes of a text or number, as they stand in JSON.</summary>
    public void Take(byte[] buffer, int start, int length, bool escaped, ulong[] holds)
    {
        FirstAt = FirstAt < 0 ? start : FirstAt;
        foreach (var condition in present)
        {
            holds[condition >> 6] |= 1UL << condition;
        }

        var bytes = buffer.AsSpan(start, length);
        if (escaped)
        {
            TakeText(JsonText.Unescape(bytes), holds);
            return;
        }

        if (exact.Count > 0)
        {
            LookUp(bytes, holds);
        }

        if (patterns.Count + orders.Count > 0)
        {
            Try(Value.OfUtf8(buffer, start, length), holds);
        }
    }

    private void TakeText(string text, ulong[] holds)
    {
        Set(exact.GetValueOrDefault(text), holds);
        Try(Value.Of(text), holds);
    }

    private void Try(Value value, ulong[] holds)
    {
        foreach (var (pattern, condition) in patterns)
        {
            if (pattern.Matches(value))
            {
                holds[condition >> 6] |= 1UL << condition;
            }
        }

        foreach (var (order, condition) in orders)
        {
            if (order(value))
            {
                holds[condition >> 6] |= 1UL << condition;
            }
        }
    }

    private void LookUp(ReadOnlySpan<byte> bytes, ulong[] holds)
    {
        if (table.Length == 0)
        {
            Build();
        }

        if (!Ascii.IsValid(bytes))
        {
            // Letters beyond ASCII may equal ASCII ones in another case, and a three-byte one a single letter.
            Set(exact.GetValueOrDefault(Encoding.UTF8.GetString(bytes)), holds);
            return;
        }

        if ((lengths >> Math.Min(bytes.Length, 63) & 1) == 0)
        {
            return;
        }

        for (var at = Hash(bytes) & (table.Length - 1); table[at].Key is not null; at = (at + 1) & (table.Length - 1))
        {
            if (Ascii.EqualsIgnoreCase(bytes, table[at].Key))
            {
                Set(table[at].Conditions, holds);
                return;
            }
        }
    }

    private static void Set(int[]? conditions, ulong[] holds)
    {
        foreach (var condition in conditions ?? [])
        {
            holds[condition >> 6] |= 1UL << condition;
        }
    }

    private void Build()
    {
        table = new Slot[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(exact.Count + 1) * 2)];
        foreach (var (value, conditions) in exact)
        {
            if (Ascii.IsValid(value))
            {
                var key = Encoding.ASCII.GetBytes(value);
                lengths |= 1UL << Math.Min(key.Length, 63);
                var at = Hash(key) & (table.Length - 1);
                while (table[at].Key is not null)
                {
                    at = (at + 1) & (table.Length - 1);
                }

                table[at] = new Slot(key, conditions);
            }
        }
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

    private readonly record struct Slot(byte[] Key, int[] Conditions);
}
