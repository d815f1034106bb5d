using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Spl.Syntax;

namespace Saker.Spl.Scanning;

/// <summary>
/// The predicates of any number of searches, asked of a JSON event at once. Equal conditions are one; each value that a walk finds is looked up
/// among all values that any search wants of its field, and tells the searches that it leaves possible; only those that all fields leave are asked.
/// Allocates nothing for an event that no search wants. Holds scratch: one a thread.
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

    /// <param name="predicates">What the searches ask; of fields in the event's JSON, and of its text.</param>
    /// <param name="kernel">What to walk with.</param>
    /// <param name="watched">A field whose first value's place is told of each event.</param>
    public PredicateSet(IReadOnlyList<SearchExpression> predicates, ScanKernel kernel, string? watched = null)
    {
        questions = [.. predicates.Select(conditions.Compile)];
        this.watched = watched is null ? null : conditions.Watch(watched);
        conditions.Build(questions);
        keys = KeyTable.Of(conditions.Names);
        index = new StructuralIndex(kernel);
        holds = new ulong[(conditions.Count + 63) / 64];
    }

    /// <summary>The phrases sought in the text, one literal each; by their place, the condition that needs it.</summary>
    public IReadOnlyList<Phrase> Phrases => conditions.Phrases;

    /// <summary>The fields that are read.</summary>
    public IReadOnlyCollection<string> FieldNames => conditions.FieldNames;

    public int Count => questions.Length;

    /// <summary>Where the watched field's first value begins in the array of the last event, without a quote; -1 if it has none.</summary>
    public int WatchedAt => watched?.FirstAt ?? -1;

    /// <summary>What is asked of a field that is among <see cref="FieldNames"/>.</summary>
    public FieldConditions Of(string field) => conditions.Of(field);

    /// <summary>
    /// The numbers of the predicates that hold, ascending; valid until the next call. Null if the JSON is not sound and must be read in another way.
    /// </summary>
    /// <param name="json">The event, in an array whose bytes stay.</param>
    /// <param name="phrases">The literals of <see cref="Phrases"/> that stand in it, a bit each; empty if not known.</param>
    /// <param name="end">The index after the object.</param>
    public IReadOnlyList<int>? Match(ArraySegment<byte> json, ReadOnlySpan<ulong> phrases, out int end) => Match(json, json, phrases, out end);

    /// <param name="json">The event with fields beside its own, in an array whose bytes stay.</param>
    /// <param name="text">The event as it came, which phrases are sought in.</param>
    /// <param name="phrases">The literals of <see cref="Phrases"/> that stand in it, a bit each; empty if not known.</param>
    /// <param name="end">The index after the object.</param>
    /// <inheritdoc cref="Match(ArraySegment{byte}, ReadOnlySpan{ulong}, out int)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IReadOnlyList<int>? Match(ArraySegment<byte> json, ArraySegment<byte> text, ReadOnlySpan<ulong> phrases, out int end)
    {
        matched.Clear();
        Array.Clear(holds);
        foreach (var field in conditions.Fields)
        {
            field.Forget();
        }

        var sink = new ConditionSink(conditions, holds, json.Array!, json.Offset);
        end = keys is null ? -1 : new FieldWalk<ConditionSink>(json, index, ref sink).Root(0, keys);
        if (end < 0)
        {
            return null;
        }

        conditions.Text = text;
        var possible = conditions.Begin(phrases);
        for (var i = 0; i * 64 < questions.Length; i++)
        {
            for (var bits = possible[i]; bits != 0; bits &= bits - 1)
            {
                var question = (i * 64) + BitOperations.TrailingZeroCount(bits);
                if (question < questions.Length && questions[question].Holds(conditions, holds))
                {
                    matched.Add(question);
                }
            }
        }

        return matched;
    }

    /// <summary>Looks each value up among those that are wanted of its field.</summary>
    private readonly struct ConditionSink(Conditions conditions, ulong[] holds, byte[] buffer, int offset) : IFieldSink
    {
        public void Take(int slot, int start, int length, bool escaped) => conditions.Fields[slot].Take(buffer, offset + start, length, escaped, holds);
    }
}
