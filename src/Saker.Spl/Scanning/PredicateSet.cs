using Saker.Spl.Syntax;

namespace Saker.Spl.Scanning;

/// <summary>
/// The predicates of any number of searches, asked of a JSON event at once. Equal conditions are one; each value that a walk finds is looked up
/// among all values that any search wants of its field; a search is asked only where the rarest condition that it cannot do without holds. Allocates
/// nothing for an event that no search wants. Holds scratch: one a thread.
/// </summary>
internal sealed class PredicateSet
{
    private readonly Conditions conditions = new();
    private readonly Question[] questions;
    private readonly KeyTable? keys;
    private readonly StructuralIndex index;
    private readonly FieldConditions? watched;
    private readonly List<int> matched = [];
    private readonly ulong[] holds;
    private readonly ulong[] triggering;
    private int[][] triggers = [];
    private int[] always;

    /// <param name="predicates">What the searches ask; of fields in the event's JSON, and of its text.</param>
    /// <param name="kernel">What to walk with.</param>
    /// <param name="watched">A field whose first value's place is told of each event.</param>
    public PredicateSet(IReadOnlyList<SearchExpression> predicates, ScanKernel kernel, string? watched = null)
    {
        questions = [.. predicates.Select(conditions.Compile)];
        this.watched = watched is null ? null : conditions.Watch(watched);
        keys = KeyTable.Of(conditions.Names);
        index = new StructuralIndex(kernel);
        holds = new ulong[(conditions.Count + 63) / 64];
        triggering = new ulong[holds.Length];
        always = [.. Enumerable.Range(0, questions.Length)];
    }

    /// <summary>The phrases sought in the text, one literal each; by their place, the condition that needs it.</summary>
    public IReadOnlyList<(string Literal, int Condition)> Phrases => conditions.Phrases;

    /// <summary>Where the watched field's first value begins in the array of the last event, without a quote; -1 if it has none.</summary>
    public int WatchedAt => watched?.FirstAt ?? -1;

    /// <summary>
    /// The numbers of the predicates that hold, ascending where all are asked; valid until the next call. Null if the JSON is not sound and must be
    /// read in another way.
    /// </summary>
    /// <param name="json">The event, in an array whose bytes stay.</param>
    /// <param name="phrases">The literals of <see cref="Phrases"/> that stand in it, a bit each; empty if not known.</param>
    /// <param name="end">The index after the object.</param>
    public IReadOnlyList<int>? Match(ArraySegment<byte> json, ReadOnlySpan<ulong> phrases, out int end)
    {
        matched.Clear();
        Array.Clear(holds);
        watched?.Forget();
        var sink = new ConditionSink(conditions, holds, json.Array!, json.Offset);
        end = keys is null ? -1 : new FieldWalk<ConditionSink>(json, index, ref sink).Root(0, keys);
        if (end < 0)
        {
            return null;
        }

        conditions.Text = json;
        conditions.Begin(phrases, holds);
        for (var i = 0; i < holds.Length; i++)
        {
            for (var bits = holds[i] & triggering[i]; bits != 0; bits &= bits - 1)
            {
                Ask(triggers[(i * 64) + System.Numerics.BitOperations.TrailingZeroCount(bits)]);
            }
        }

        Ask(always);
        return matched;
    }

    /// <summary>Learns from a sample which conditions are rare: each predicate is then asked only where its rarest necessary one holds.</summary>
    public void Learn(IEnumerable<ArraySegment<byte>> sample)
    {
        var counts = new int[conditions.Count];
        foreach (var json in sample)
        {
            if (Match(json, [], out _) is not null)
            {
                for (var i = 0; i < counts.Length; i++)
                {
                    counts[i] += conditions.Holds(i, holds) ? 1 : 0;
                }
            }
        }

        var byTrigger = questions.Select((question, number) => (number, trigger: question.Necessary.Count == 0 ? -1 : question.Necessary.MinBy(c => counts[c]))).ToList();
        triggers = [.. Enumerable.Range(0, conditions.Count).Select(c => byTrigger.Where(q => q.trigger == c).Select(q => q.number).ToArray())];
        always = [.. byTrigger.Where(q => q.trigger < 0).Select(q => q.number)];
        for (var i = 0; i < triggers.Length; i++)
        {
            triggering[i / 64] |= triggers[i].Length > 0 ? 1UL << i : 0;
        }
    }

    private void Ask(int[] asked)
    {
        foreach (var question in asked)
        {
            if (questions[question].Holds(conditions, holds))
            {
                matched.Add(question);
            }
        }
    }

    /// <summary>Looks each value up among those that are wanted of its field.</summary>
    private readonly struct ConditionSink(Conditions conditions, ulong[] holds, byte[] buffer, int offset) : IFieldSink
    {
        public void Take(int slot, int start, int length, bool escaped) => conditions.Fields[slot].Take(buffer, offset + start, length, escaped, holds);
    }
}
