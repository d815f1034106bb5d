using System.Runtime.CompilerServices;
using Saker.Spl.Execution;

namespace Saker.Spl.Scanning;

/// <summary>
/// Reads fields of JSON objects straight from their bytes into a row, and tells where other fields stand. It reads sound JSON only: what is
/// not goes to <see cref="FieldExtractor"/>, which gives the same fields for the same bytes. Holds scratch: one a thread.
/// </summary>
internal sealed class SoundExtractor
{
    private const int None = -1;

    private readonly KeyTable? keys;
    private readonly StructuralIndex index;
    private readonly Target[] targets;
    private readonly Spot[] firsts;

    /// <param name="wanted">Names of fields and their slots in the row.</param>
    /// <param name="watched">Names of fields whose first value's place is told of each object.</param>
    /// <param name="kernel">What to read with.</param>
    public SoundExtractor(IEnumerable<(string Name, int Slot)> wanted, string[] watched, ScanKernel kernel)
    {
        var slots = wanted.ToDictionary(w => w.Name, w => w.Slot, StringComparer.Ordinal);
        var names = slots.Keys.Concat(watched).Distinct(StringComparer.Ordinal).ToList();
        targets = [.. names.Select(n => new Target(slots.GetValueOrDefault(n, None), Array.IndexOf(watched, n)))];
        var trie = new PathTrie();
        for (var i = 0; i < names.Count; i++)
        {
            trie.Add(names[i], i);
        }

        keys = kernel.IsVector ? KeyTable.Of(trie) : null;
        index = new StructuralIndex(kernel);
        firsts = new Spot[watched.Length];
    }

    /// <summary>Whether it can read at all: vectors pay on this machine, and the fields are not too many.</summary>
    public bool IsAble => keys is not null;

    /// <summary>
    /// Fills a cleared row from an object that is the whole text; values point into the array. False, and anything in the row, if the text is another
    /// or not sound in what was looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryExtract(ArraySegment<byte> json, Row row)
    {
        Array.Clear(firsts);
        var sink = new Sink(targets, firsts, json.Offset, new RowValues(json, row, Meeting.Append));
        if (new FieldWalk<Sink>(json, index, ref sink).Root(0, keys!) != json.Count)
        {
            return false;
        }

        sink.Values.Finish();
        return true;
    }

    /// <summary>Where in the array the first value of a watched field of the last object stands.</summary>
    public Spot First(int watched) => firsts[watched];

    /// <summary>Where a value goes: a slot of the row, a watched field's number, or both; else -1.</summary>
    private readonly record struct Target(int Slot, int Watched);

    private struct Sink(Target[] targets, Spot[] firsts, int offset, RowValues values) : IFieldSink
    {
        public RowValues Values = values;

        public void Take(int slot, int start, int length, bool escaped)
        {
            var target = targets[slot];
            if (target.Watched >= 0 && !firsts[target.Watched].Exists)
            {
                firsts[target.Watched] = new Spot(offset + start, length, escaped);
            }

            if (target.Slot >= 0)
            {
                Values.Take(target.Slot, start, length, escaped);
            }
        }
    }
}

/// <summary>Where a value stands in an array, without quotes. The default is "nowhere": before each value stand its name and a colon.</summary>
internal readonly record struct Spot(int Start, int Length, bool IsEscaped)
{
    public bool Exists => Start > 0;

    /// <summary>Whether it is a text as it is written, and not empty.</summary>
    public bool IsPlainText(byte[] array) => Exists && Length > 0 && !IsEscaped && array[Start - 1] == (byte)'"';

    public ReadOnlySpan<byte> In(byte[] array) => array.AsSpan(Start, Length);
}
